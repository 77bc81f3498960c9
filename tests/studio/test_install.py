"""Label Studio installed into an environment of its own, by a real pip, from a local wheel that stands for it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

from annotate import cli
from annotate.errors import AnnotateError
from annotate.studio import NotInstalled, find_executable, install_server, look_at_program
from annotate.studio.local import install
from annotate.studio.local.install import environment_folder
from tests.conftest import heeding_ctrl_c

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
FILES = {
    "stand_in.py": "def main():\n    print('stands for Label Studio')\n",
    "label_studio-9.9.dist-info/METADATA": "Metadata-Version: 2.1\nName: label-studio\nVersion: 9.9\n",
    "label_studio-9.9.dist-info/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    "label_studio-9.9.dist-info/entry_points.txt": "[console_scripts]\nlabel-studio = stand_in:main\n",
}
RECORD = "label_studio-9.9.dist-info/RECORD"


@pytest.fixture
def pins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return pinned requirements that pip finds in a local folder; nothing else is installed on this machine."""
    wheels = tmp_path / "wheels"
    wheels.mkdir()
    with zipfile.ZipFile(wheels / "label_studio-9.9-py3-none-any.whl", "w") as wheel:
        for name, content in FILES.items():
            wheel.writestr(name, content)
        wheel.writestr(RECORD, "".join(f"{name},,\n" for name in (*FILES, RECORD)))
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(wheels))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    monkeypatch.setattr(install, "PACKAGE", tmp_path / "site-packages" / "annotate")
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "requirements-studio.txt"
    file.write_text("# The server.\nlabel-studio==9.9\n")
    return file


def test_installed_once_it_is_found(pins: Path) -> None:
    with pytest.raises(NotInstalled, match="annotate studio start --install"):
        find_executable(pins)
    said: list[str] = []
    program = install_server(said.append, pins=pins)
    assert find_executable(pins) == program == environment_folder(pins) / "bin" / "label-studio"
    assert subprocess.check_output([program], text=True) == "stands for Label Studio\n"
    assert [words.split()[0] for words in said] == [
        "Creating",
        "Downloading",
        "Installing",
        "Label",
    ]
    said.clear()
    assert install_server(said.append, pins=pins) == program
    assert said == []


def test_other_pins_or_a_python_that_is_gone_are_installed_again(pins: Path) -> None:
    program = install_server(pins=pins)
    pins.write_text(pins.read_text() + "# changed\n")
    with pytest.raises(NotInstalled):
        find_executable(pins)
    assert install_server(pins=pins) == program
    python = program.with_name("python")
    python.unlink()
    python.symlink_to("/gone/python3")
    with pytest.raises(NotInstalled):
        find_executable(pins)
    install_server(pins=pins)
    assert subprocess.check_output([program], text=True) == "stands for Label Studio\n"


def test_one_on_the_path_is_used_if_gunicorn_is_beside_it(
    pins: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    for name in ("label-studio", "gunicorn"):
        with pytest.raises(NotInstalled):
            find_executable(pins)
        (folder / name).write_text("#!/bin/sh\n")
        (folder / name).chmod(0o755)
    assert find_executable(pins) == folder / "label-studio"


def test_a_failure_says_what_to_do_and_the_next_run_continues(
    pins: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wheels = Path(os.environ["PIP_FIND_LINKS"])
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "nothing"))
    with pytest.raises(
        AnnotateError, match=r"No matching distribution.*: check the network.*run the command again"
    ):
        install_server(pins=pins)
    with pytest.raises(NotInstalled):
        find_executable(pins)
    assert "ERROR: " in (environment_folder(pins) / "install.log").read_text()
    monkeypatch.setenv("PIP_FIND_LINKS", str(wheels))
    assert install_server(pins=pins) == find_executable(pins)


@pytest.mark.parametrize("seconds", [0.3, 1.5])
def test_ctrl_c_leaves_no_process_and_the_next_run_continues(pins: Path, seconds: float) -> None:
    code = (
        "import sys; from pathlib import Path; from annotate.studio import install_server;"
        "print(flush=True); install_server(pins=Path(sys.argv[1]))"
    )
    installing = subprocess.Popen(
        [sys.executable, "-c", code, str(pins)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        preexec_fn=heeding_ctrl_c,  # noqa: PLW1509 - one system call
    )
    assert installing.stdout
    installing.stdout.readline()
    time.sleep(seconds)
    installing.send_signal(signal.SIGINT)
    assert installing.wait(timeout=60) != 0
    folder = environment_folder(pins)
    listed = subprocess.run(["ps", "-A", "-o", "args="], capture_output=True, text=True, check=True).stdout
    assert str(folder) not in listed
    with pytest.raises(NotInstalled):
        find_executable(pins)
    assert install_server(pins=pins) == find_executable(pins)


def test_an_environment_that_was_interrupted_in_its_making_is_made_anew(pins: Path) -> None:
    folder = environment_folder(pins)
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    internals = next(folder.glob("lib/python*/site-packages/pip/_internal"))
    shutil.rmtree(internals / "utils")
    assert install_server(pins=pins) == find_executable(pins)


def test_a_disk_without_space_is_named_before_anything_is_made(
    pins: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda place: shutil._ntuple_diskusage(10**9, 10**9, 5_000_000))
    with pytest.raises(
        AnnotateError, match=r"needs 1\.2 GB, .* 0\.0 GB: free some space, or set XDG_DATA_HOME"
    ):
        install_server(pins=pins)
    assert not list(environment_folder(pins).iterdir())


@pytest.mark.usefixtures("pins")
def test_the_command_and_the_doctor_name_the_flag(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANNOTATE_STUDIO_HOME", str(tmp_path / "studio"))
    monkeypatch.delenv("LABEL_STUDIO_URL", raising=False)
    assert cli.run(["studio", "start"]) == 1
    assert "Label Studio is not installed: `annotate studio start --install`" in capsys.readouterr().err
    check = look_at_program()
    assert (check.state, check.code) == ("warning", 0)
    assert check.todo.startswith("`annotate studio start --install`")


def test_the_package_pins_what_the_checkout_does() -> None:
    assert install.PINS.read_bytes() == (ROOT / "requirements-studio.txt").read_bytes()
