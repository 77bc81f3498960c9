"""What is set: flags go before the environment, the environment before `configs/annotate.toml`."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from annotate.config.resources import config_file
from annotate.errors import UsageError

FILE = "annotate.toml"
MOST_CLIENTS = 32
YES, NO = ("1", "true", "yes", "on"), ("", "0", "false", "no", "off")


@dataclass(frozen=True, slots=True)
class Settings:
    """The desk's settings; folders are as given, relative ones from where the command is run.

    An empty `url` means the local Label Studio; `api_key` comes from the environment alone. No `clients` (0)
    means as many as the database bears.
    """

    url: str
    api_key: str = field(repr=False)
    studio_home: Path
    port: int
    layout: Literal["article", "claim"]
    annotators: int
    suggestions: Literal["hint", "off", "preload"]
    blind: float
    clients: int
    tasks_per_project: int
    consensus: Literal["majority", "dawid-skene"]
    suggester: Literal["vectors", "lexical", "rules"]
    allow_private: bool
    insecure: bool
    exports: Path


def load(environment: Mapping[str, str] = os.environ, *, file: Path | None = None) -> Settings:
    """Read the settings file and the environment.

    Raises:
        UsageError: where the file is no TOML, or a value is none that can be.
    """
    path = file or config_file(FILE)
    table = _read(path)

    def value(section: str, key: str, variable: str = "") -> Any:
        given = environment.get(variable, "").strip() if variable else ""
        return given or table.get(section, {}).get(key)

    try:
        return Settings(
            url=_address(value("studio", "url", "LABEL_STUDIO_URL") or ""),
            api_key=environment.get("LABEL_STUDIO_API_KEY", "").strip(),
            studio_home=Path(value("studio", "home", "ANNOTATE_STUDIO_HOME") or ".labelstudio").expanduser(),
            port=_number(value("studio", "port"), "studio.port", least=1024, most=65_535),
            layout=_choice(value("push", "layout"), "push.layout", ("article", "claim")),
            annotators=_number(value("push", "annotators"), "push.annotators", least=1, most=100),
            suggestions=_choice(value("push", "suggestions"), "push.suggestions", ("hint", "off", "preload")),
            blind=_share(value("push", "blind"), "push.blind"),
            clients=_count(value("push", "clients", "ANNOTATE_CLIENTS"), "push.clients (ANNOTATE_CLIENTS)"),
            tasks_per_project=_number(
                table.get("push", {}).get("tasks_per_project", 50_000),
                "push.tasks_per_project",
                least=1,
                most=1_000_000,
            ),
            consensus=_choice(value("report", "consensus"), "report.consensus", ("majority", "dawid-skene")),
            suggester=_choice(
                table.get("article", {}).get("suggester", "vectors"),
                "article.suggester",
                ("vectors", "lexical", "rules"),
            ),
            allow_private=_switch(
                value("article", "allow_private", "ANNOTATE_ALLOW_PRIVATE"),
                "allow_private (ANNOTATE_ALLOW_PRIVATE)",
            ),
            insecure=_switch(
                value("studio", "insecure", "ANNOTATE_INSECURE"), "insecure (ANNOTATE_INSECURE)"
            ),
            exports=Path(value("exports", "folder", "ANNOTATE_EXPORTS") or "exports").expanduser(),
        )
    except ValueError as error:
        raise UsageError(f"{path.name}: {error}") from error


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: not a settings file ({error}): mend it, or restore it from git") from error


def _address(given: str) -> str:
    if given and not given.startswith(("http://", "https://")):
        raise ValueError(f"the address {given!r} must begin with http:// or https:// (LABEL_STUDIO_URL)")
    return given.rstrip("/")


def _number(given: Any, name: str, *, least: int, most: int) -> int:
    if isinstance(given, bool) or not isinstance(given, int) or not least <= given <= most:
        raise ValueError(f"{name} is {given!r}: it must be a number from {least} to {most}")
    return given


def _count(given: Any, name: str) -> int:
    """Read a number that may stand in the environment, as text, or nowhere."""
    words = str(given or 0)
    return _number(int(words) if words.isdecimal() else given, name, least=0, most=MOST_CLIENTS)


def _share(given: Any, name: str) -> float:
    if isinstance(given, bool) or not isinstance(given, int | float) or not 0 <= given <= 1:
        raise ValueError(f"{name} is {given!r}: it must be a number from 0 to 1")
    return float(given)


def _choice(given: Any, name: str, choices: tuple[str, ...]) -> Any:
    if given not in choices:
        raise ValueError(f"{name} is {given!r}: it must be one of {', '.join(choices)}")
    return given


def _switch(given: Any, name: str) -> bool:
    words = str(given or "").lower()
    if words not in YES + NO:
        raise ValueError(f"{name} is {given!r}: it must be true or false")
    return words in YES
