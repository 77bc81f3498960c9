"""Settings and config files: which one is used, and the message about a value that is not allowed."""

from pathlib import Path

import pytest

from annotate import cli
from annotate.config import codebook, config_text, own_files
from annotate.config.settings import load
from annotate.errors import AnnotateError, UsageError
from annotate.workflows import doctor


def test_the_file_of_the_checkout() -> None:
    settings = load({})
    assert (settings.url, settings.api_key) == ("", "")
    assert settings.studio_home == Path(".labelstudio")
    assert (settings.layout, settings.annotators, settings.suggestions) == ("article", 2, "hint")
    assert (settings.allow_private, settings.insecure) == (False, False)


def test_the_environment_goes_before_the_file() -> None:
    settings = load(
        {
            "LABEL_STUDIO_URL": "https://labels.example/",
            "LABEL_STUDIO_API_KEY": " key ",
            "ANNOTATE_STUDIO_HOME": "/srv/studio",
            "ANNOTATE_EXPORTS": "/srv/out",
            "ANNOTATE_ALLOW_PRIVATE": "yes",
            "ANNOTATE_INSECURE": "1",
            "ANNOTATE_CLIENTS": "4",
            "ANNOTATE_EDITOR": " Mara  Ek ",
            "ANNOTATE_AUTO_ADVANCE": "0",
        }
    )
    assert (load({}).auto_advance, settings.auto_advance) == (True, False)
    assert (load({}).clients, settings.clients) == (0, 4)
    assert (load({}).editor, settings.editor) == ("", "Mara Ek")
    assert (settings.url, settings.api_key) == ("https://labels.example", "key")
    assert (settings.studio_home, settings.exports) == (Path("/srv/studio"), Path("/srv/out"))
    assert (settings.allow_private, settings.insecure) == (True, True)


BASE = "[studio]\nport = 8080\n[push]\nlayout = 'article'\nannotators = 2\nsuggestions = 'hint'\nblind = 0\n"
BAD = {
    "no TOML": ("[studio", "not a settings file"),
    "port": (BASE.replace("8080", "80"), "studio.port is 80: it must be a number from 1024"),
    "layout": (
        BASE.replace("'article'", "'page'"),
        "push.layout is 'page': it must be one of article, claim",
    ),
    "annotators": (BASE.replace("= 2", "= true"), "push.annotators is True"),
    "suggester": (
        BASE + "[article]\nsuggester = 'magic'\n",
        "article.suggester is 'magic': it must be one of vectors, lexical, llm, rules",
    ),
    "sentences": (
        BASE + "[article]\nsentences = 'magic'\n",
        "article.sentences is 'magic': it must be one of sentencex",
    ),
    "blind": (BASE.replace("blind = 0", "blind = 20"), "push.blind is 20: it must be a number from 0 to 1"),
    "editor": (
        BASE + "[adjudicate]\neditor = 7\n",
        "adjudicate.editor .ANNOTATE_EDITOR. is 7: it must be a name",
    ),
    "clients": (
        BASE + "clients = 1000\n",
        "push.clients .ANNOTATE_CLIENTS. is 1000: it must be a number from 0 to",
    ),
    "folder": (BASE + "[exports]\nfolder = 5\n", "exports.folder .ANNOTATE_EXPORTS. is 5"),
    "weight": (
        BASE + "[check_worthiness]\nfigure = -1\n",
        "check_worthiness.figure is -1: it must be a number",
    ),
    "weight in words": (BASE + "[check_worthiness]\nlead = 'much'\n", "check_worthiness.lead is 'much'"),
    "no number": (BASE + "[check_worthiness]\nlead = nan\n", "check_worthiness.lead is nan"),
    "unknown key": (BASE + "anotators = 3\n", "annotate.toml: unknown settings push.anotators: correct or"),
    "unknown section": ("[pish]\nblind = 0.5\n", "unknown settings pish.blind"),
    "no section": ("annotators = 3\n", "unknown settings annotators"),
    "address": (BASE.replace("port", "url = 'labels.example'\nport"), "must begin with http"),
}


@pytest.mark.parametrize(("text", "message"), BAD.values(), ids=BAD.keys())
def test_bad_values_name_themselves(tmp_path: Path, text: str, message: str) -> None:
    file = tmp_path / "annotate.toml"
    file.write_text(text)
    with pytest.raises(UsageError, match=message):
        load({}, file=file)


@pytest.mark.parametrize("name", ["ANNOTATE_INSECURE", "ANNOTATE_ALLOW_PRIVATE", "ANNOTATE_AUTO_ADVANCE"])
def test_a_switch_that_is_none(name: str) -> None:
    with pytest.raises(UsageError, match=f"{name}.* is 'maybe'"):
        load({name: "maybe"})


@pytest.mark.parametrize("given", ["two", "-1", "1.5", "99"])
def test_a_number_of_clients_that_is_none(given: str) -> None:
    with pytest.raises(UsageError, match=r"ANNOTATE_CLIENTS.* is "):
        load({"ANNOTATE_CLIENTS": given})


def test_no_repr_shows_the_key() -> None:
    assert "secret" not in repr(load({"LABEL_STUDIO_API_KEY": "secret"}))


def test_a_settings_file_may_be_partial(tmp_path: Path) -> None:
    file = tmp_path / "annotate.toml"
    file.write_text("\ufeff[push]\nannotators = 3\n[studio]\nhome = ''\n", encoding="utf-8")
    settings = load({}, file=file)
    assert settings.annotators == 3
    assert (settings.studio_home, settings.blind) == (Path(".labelstudio"), 0)


# --------------------------------------------------------------------------- whose file it is


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("ANNOTATE_CONFIGS", raising=False)
    return tmp_path


def own(folder: Path, name: str, text: str) -> Path:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


def test_each_file_is_looked_up_here_then_by_the_variable_then_in_the_package(
    desk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANNOTATE_CONFIGS", str(desk / "shared"))
    with pytest.raises(UsageError, match=r"ANNOTATE_CONFIGS is .* not a folder"):
        config_text("article.xml")
    own(desk / "shared", "aliases.txt", "shared")
    own(desk / "shared", "words/times.txt", "shared")
    assert [str(path) for path in own_files()] == [
        str(desk / "shared" / name) for name in ("aliases.txt", "words/times.txt")
    ]
    own(desk / "configs", "aliases.txt", "here")
    own(desk / "configs", "no name of ours.toml", "[other]")
    assert config_text("aliases.txt") == "here"
    assert config_text("words/times.txt") == "shared"
    assert "<View" in config_text("article.xml")
    assert [str(path) for path in own_files()] == [
        "configs/aliases.txt",
        str(desk / "shared/words/times.txt"),
    ]


def test_nothing_is_a_desks_own_in_an_empty_folder_or_in_the_checkout(
    desk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert own_files() == []
    assert load() == load({})
    monkeypatch.chdir(Path(__file__).parents[1])
    assert own_files() == []


def test_the_doctor_names_the_files_that_are_a_desks_own(desk: Path) -> None:
    def configs() -> str:
        return next(check.finding for check in doctor(load({})) if check.what == "configs")

    assert configs() == "the shipped files only"
    own(desk / "configs", "aliases.txt", "")
    own(desk / "configs", "words/times.txt", "")
    assert configs() == "your own: configs/aliases.txt, 1 word list"


def test_files_of_another_project_are_not_read(desk: Path) -> None:
    own(desk / "configs", "settings.toml", "[studio]\nport = 9999\n")
    (desk / "configs" / "annotate.toml").mkdir()
    assert load({}).port == 8080


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("annotate.toml", b"[studio", "configs/annotate.toml: not a settings file"),
        ("codebook.md", b"# Rules", "configs/codebook.md states no version"),
        ("codebook.md", "Version: é".encode("latin-1"), "configs/codebook.md is not UTF-8"),
    ],
)
def test_a_damaged_file_is_named(desk: Path, name: str, data: bytes, message: str) -> None:
    own(desk / "configs", name, "").write_bytes(data)
    with pytest.raises(AnnotateError, match=message):
        (load if name == "annotate.toml" else codebook)()


# --------------------------------------------------------------------------- annotate init


def test_init_writes_what_is_missing_and_replaces_nothing(
    desk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mine = own(desk / "configs", "codebook.md", "# Our rules\n\nVersion: 7\n")
    assert cli.run(["init", "--only", "codebook", "--only", "settings"]) == 0
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "configs/: 1 file written (annotate.toml)" in captured.err
    assert "Already there and kept: 1 file (codebook.md)" in captured.err
    assert sorted(path.name for path in (desk / "configs").iterdir()) == ["annotate.toml", "codebook.md"]

    assert cli.run(["init"]) == 0
    assert "Edit first:\n  configs/aliases.txt" in capsys.readouterr().err
    shipped = Path(__file__).parents[1] / "configs"
    names = {path.relative_to(shipped) for path in shipped.rglob("*") if path.is_file()}
    assert {path.relative_to(desk / "configs") for path in (desk / "configs").rglob("*.*")} == names
    for name in names - {Path("codebook.md")}:
        assert (desk / "configs" / name).read_bytes() == (shipped / name).read_bytes()
    assert mine.read_text() == "# Our rules\n\nVersion: 7\n"
    assert codebook().version == "7"
    assert len(own_files()) == len(names)

    assert cli.run(["init"]) == 0
    assert "configs/: 0 files written\n" in capsys.readouterr().err


def test_init_refuses_a_group_that_does_not_exist(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["init", "--only", "rules"]) == 2
    assert "--only rules: there is no such group of files; choose settings, labels" in capsys.readouterr().err
    assert not (desk / "configs").exists()
