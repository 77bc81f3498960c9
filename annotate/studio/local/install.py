"""The Label Studio program: found where it is installed, or installed into an environment of its own.

The environment belongs to the user and serves every desk: `label-studio-VERSION` in the user's data folder. A
copy of the pinned requirements in it says that it is complete. An installation that was interrupted has no
copy, and the next one continues it. It is made in place, since the programs of an environment contain its
path.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from filelock import FileLock

from annotate.config import PACKAGE
from annotate.errors import AnnotateError
from annotate.studio.local.processes import end

PINS = Path(__file__).with_name("requirements-studio.txt")
CHECKOUT = Path(".venv-studio/bin/label-studio")
PROGRAM, PYTHON, COMPLETE, LOG = "bin/label-studio", "bin/python", "requirements-studio.txt", "install.log"
CREATED = "created"  # written once the environment stands, with a whole pip
SPACE = 1_200_000_000  # bytes, for downloads and environment
ELSEWHERE = re.compile(r"PIP_(USER|TARGET|PREFIX|ROOT|PYTHON|REQUIRE_VIRTUALENV)\Z|PYTHON(HOME|PATH)\Z")
INSTALL = "`annotate studio start --install` installs it (1.2 GB)"

Progress = Callable[[str], None]


class NotInstalled(AnnotateError):
    """No Label Studio is installed on this machine."""


def find_executable(pins: Path = PINS) -> Path:
    """Return the Label Studio program: of a checkout, of the environment that `install` makes, or on the
    PATH; there only one that has gunicorn beside it, which serves it.

    Raises:
        NotInstalled: If there is none.
    """
    for folder in (Path.cwd(), PACKAGE.parent):
        if os.access(folder / CHECKOUT, os.X_OK):
            return folder / CHECKOUT
    if _is_complete(folder := environment_folder(pins), pins):
        return folder / PROGRAM
    on_path = shutil.which("label-studio")
    if on_path and os.access(Path(on_path).resolve().with_name("gunicorn"), os.X_OK):
        return Path(on_path)
    raise NotInstalled(f"Label Studio is not installed: {INSTALL}")


def environment_folder(pins: Path = PINS) -> Path:
    """Return the folder of the environment for pinned requirements, which may not exist yet."""
    version = re.search(r"^label-studio==(\S+)", pins.read_text(encoding="utf-8"), re.MULTILINE)
    if sys.platform == "darwin":
        data = Path.home() / "Library/Application Support"
    else:
        data = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local/share")
    return data / "claimdesk" / f"label-studio-{version[1] if version else 'unpinned'}"


def install(progress: Progress = lambda words: None, *, pins: Path = PINS) -> Path:
    """Install Label Studio into its environment and return the program; a complete environment stays.

    It takes some minutes and 1.2 GB. A run that was interrupted is continued, and a second one waits.

    Raises:
        AnnotateError: If the disk has too little space, or Python or pip fails; `install.log` has the
        details.
    """
    folder = environment_folder(pins)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(folder.with_name(f"{folder.name}.lock")):
            if not _is_complete(folder, pins):
                _check_space(folder)
                _install(folder, pins, progress)
    except OSError as error:
        raise AnnotateError(
            f"Label Studio cannot be installed into {folder} ({error.strerror}): check free space and "
            "permissions, or set XDG_DATA_HOME to another folder"
        ) from None
    return folder / PROGRAM


def _is_complete(folder: Path, pins: Path) -> bool:
    """Return whether an environment has what is pinned, and a Python, which an upgrade may have removed."""
    mark = folder / COMPLETE
    usable = os.access(folder / PYTHON, os.X_OK) and os.access(folder / PROGRAM, os.X_OK)
    return usable and mark.is_file() and mark.read_bytes() == pins.read_bytes()


def _check_space(folder: Path) -> None:
    free = shutil.disk_usage(folder).free
    if free < SPACE:
        raise AnnotateError(
            f"Label Studio needs {SPACE / 1e9:.1f} GB, and {folder} has {free / 1e9:.1f} GB: free some "
            "space, or set XDG_DATA_HOME to a folder on another disk"
        )


def _install(folder: Path, pins: Path, progress: Progress) -> None:
    (folder / COMPLETE).unlink(missing_ok=True)
    (folder / LOG).unlink(missing_ok=True)
    progress(f"Creating an environment for Label Studio in {folder}")
    usable = os.access(folder / PYTHON, os.X_OK) and (folder / CREATED).is_file()
    _run(folder, [sys.executable, "-m", "venv", *([] if usable else ["--clear"]), str(folder)], progress)
    (folder / CREATED).touch()
    progress("Downloading Label Studio")
    pip = [str(folder / PYTHON), "-m", "pip", "install", "--progress-bar", "off", "--no-input"]
    _run(folder, [*pip, "--disable-pip-version-check", "--requirement", str(pins)], progress)
    shutil.copyfile(pins, new := folder / f"{COMPLETE}.new")
    new.replace(folder / COMPLETE)
    progress("Label Studio is installed")


def _run(folder: Path, command: list[str], progress: Progress) -> None:
    """Run a command to its end, its output in the log, and report what pip is doing."""
    environment = {name: value for name, value in os.environ.items() if not ELSEWHERE.match(name)}
    with (folder / LOG).open("a", encoding="utf-8") as log:
        process = subprocess.Popen(  # noqa: S603 - the Python that runs this, or that of the environment
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
        )
        try:
            lines = []
            for line in process.stdout or ():
                log.write(line)
                lines.append(line.strip())
                if words := _phase(line):
                    progress(words)
            code = process.wait()
        except BaseException:  # Ctrl-C too must not leave pip behind
            end([process.pid])
            raise
    if code:
        raise AnnotateError(
            f"Label Studio could not be installed ({_complaint(lines)}): check the network and the free "
            f"space, then run the command again; it continues. Details are in {folder / LOG}"
        )


def _phase(line: str) -> str:
    """Return what a line of pip's output means for a person, empty for most lines."""
    if package := re.match(r"Collecting ([\w.-]+)", line):
        return f"Downloading Label Studio: {package[1]}"
    if packages := re.match(r"Installing collected packages: (.+)", line):
        return f"Installing {packages[1].count(',') + 1} packages (about a minute)"
    return ""


def _complaint(lines: list[str]) -> str:
    errors = [line for line in lines if re.search(r"error|fail", line, re.IGNORECASE)]
    return (errors or [line for line in lines if line] or ["no reason given"])[-1].rstrip(".")
