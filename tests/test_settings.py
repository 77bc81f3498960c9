"""Settings: what goes before what, and what is said of a value that cannot be."""

from pathlib import Path

import pytest

from annotate.config.settings import load
from annotate.errors import UsageError


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
        }
    )
    assert (load({}).clients, settings.clients) == (0, 4)
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
    "blind": (BASE.replace("blind = 0", "blind = 20"), "push.blind is 20: it must be a number from 0 to 1"),
    "clients": (
        BASE + "clients = 1000\n",
        "push.clients .ANNOTATE_CLIENTS. is 1000: it must be a number from 0 to",
    ),
    "address": (BASE.replace("port", "url = 'labels.example'\nport"), "must begin with http"),
}


@pytest.mark.parametrize(("text", "message"), BAD.values(), ids=BAD.keys())
def test_bad_values_name_themselves(tmp_path: Path, text: str, message: str) -> None:
    file = tmp_path / "annotate.toml"
    file.write_text(text)
    with pytest.raises(UsageError, match=message):
        load({}, file=file)


@pytest.mark.parametrize("name", ["ANNOTATE_INSECURE", "ANNOTATE_ALLOW_PRIVATE"])
def test_a_switch_that_is_none(name: str) -> None:
    with pytest.raises(UsageError, match=f"{name}.* is 'maybe'"):
        load({name: "maybe"})


@pytest.mark.parametrize("given", ["two", "-1", "1.5", "99"])
def test_a_number_of_clients_that_is_none(given: str) -> None:
    with pytest.raises(UsageError, match=r"ANNOTATE_CLIENTS.* is "):
        load({"ANNOTATE_CLIENTS": given})


def test_no_repr_shows_the_key() -> None:
    assert "secret" not in repr(load({"LABEL_STUDIO_API_KEY": "secret"}))
