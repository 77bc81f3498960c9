"""Settings: the environment takes precedence over the desk's `annotate.toml`, that over the shipped one."""

from __future__ import annotations

import math
import os
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal, NamedTuple

from annotate.config.resources import config_file, shipped_folder
from annotate.errors import BadInput, UsageError
from annotate.registry import EXPORT_FORMATS, SENTENCE_SPLITTERS, SUGGESTERS

FILE = "annotate.toml"
MOST_CLIENTS = 32
MOST_GOLD = 0.5  # of an article's claims
#: In the exports; no project's folder has a dot in its name.
MEMORY_FOLDER, MEMORY_FILE = "desk.memory", "claims.index"
LONGEST_NAME = 80  # characters
#: That a claim is worth checking.
CHECK_SIGNS = ("figure", "named_source", "disputed", "lead", "headline", "repeated")
ORDERS = ("article", "uncertain", "check-worthy")  # in which tasks go out
YES, NO = ("1", "true", "yes", "on"), ("", "0", "false", "no", "off")


@dataclass(frozen=True, slots=True)
class Settings:
    """The desk's settings; relative folders count from where the command is run.

    An empty `url` means the local Label Studio, an empty `editor` the user there; `api_key` and `llm_key`
    come from the environment only. With `clients` 0 the database decides how many clients work at once.
    Prices are for a million tokens; `llm_most_tokens` and `llm_most_cost` of 0 set no limit.
    """

    url: str
    api_key: str = field(repr=False)
    studio_home: Path
    port: int
    auto_advance: bool
    layout: Literal["article", "claim"]
    annotators: int
    suggestions: Literal["hint", "off", "preload"]
    blind: float
    gold: float
    order: Literal["article", "uncertain", "check-worthy"]
    clients: int
    tasks_per_project: int
    consensus: Literal["majority", "dawid-skene"]
    figure_weight: float
    named_source_weight: float
    disputed_weight: float
    lead_weight: float
    headline_weight: float
    repeated_weight: float
    formats: tuple[str, ...]
    editor: str
    memory: bool
    suggester: str
    sentences: str
    allow_private: bool
    insecure: bool
    exports: Path
    llm_url: str
    llm_model: str
    llm_key: str = field(repr=False)
    llm_clients: int
    llm_batch: int
    llm_seconds: int
    llm_answer_tokens: int
    llm_price_in: float
    llm_price_out: float
    llm_most_tokens: int
    llm_most_cost: float
    allow_remote: bool
    training: bool
    training_pass: float

    @property
    def answers_file(self) -> Path:
        """Where the answers of language models are kept."""
        return (self.exports / "llm.sqlite").absolute()

    @property
    def check_weights(self) -> dict[str, float]:
        """The weights of `CHECK_SIGNS`, which add up to the priority of a claim to check."""
        return {sign: getattr(self, f"{sign}_weight") for sign in CHECK_SIGNS}

    @property
    def model_file(self) -> Path:
        """What the suggestions learned from all projects of the desk, where they did."""
        return (self.exports / "model.json").absolute()

    @property
    def memory_file(self) -> Path:
        """The index of what the desk remembers, where it does."""
        return self.exports / MEMORY_FOLDER / MEMORY_FILE


def learnt_model(settings: Settings) -> str:
    """Read what the suggestions learned; empty where nothing was kept.

    Raises:
        BadInput: where the file cannot be read.
    """
    path = settings.model_file
    try:
        return path.read_bytes().decode("utf-8")
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"{path} cannot be read ({error}): `annotate learn --forget` puts it away") from error


# --------------------------------------------------------------------------- values

Read = Callable[[Any], Any]


def _address(given: Any) -> str:
    if given and not str(given).startswith(("http://", "https://")):
        raise ValueError("it must begin with http:// or https://")
    return str(given).rstrip("/")


def _folder(given: Any) -> Path:
    if not isinstance(given, str):
        raise ValueError("it must be the path of a folder")
    return Path(given).expanduser()


def _number(least: int, most: int) -> Read:
    def read(given: Any) -> int:
        number = int(given) if isinstance(given, str) and given.isdecimal() else given
        if isinstance(number, bool) or not isinstance(number, int) or not least <= number <= most:
            raise ValueError(f"it must be a number from {least} to {most}")
        return number

    return read


def _share(given: Any) -> float:
    if isinstance(given, bool) or not isinstance(given, int | float) or not 0 <= given <= 1:
        raise ValueError("it must be a number from 0 to 1")
    return float(given)


def _gold_share(given: Any) -> float:
    if _share(given) > MOST_GOLD:
        raise ValueError(f"it must be a number from 0 to {MOST_GOLD}")
    return float(given)


def _amount(given: Any) -> float:
    if isinstance(given, bool) or not isinstance(given, int | float) or not 0 <= given < math.inf:
        raise ValueError("it must be a number, 0 or more")
    return float(given)


def _choice(*choices: str) -> Read:
    def read(given: Any) -> str:
        if given not in choices:
            raise ValueError(f"it must be one of {', '.join(choices)}")
        return str(given)

    return read


def _formats(given: Any) -> tuple[str, ...]:
    names = tuple(name.strip() for name in str(given).split(",") if name.strip())
    if unknown := [name for name in names if name not in EXPORT_FORMATS.names()]:
        raise ValueError(f"there is no {', '.join(unknown)}; formats are {', '.join(EXPORT_FORMATS.names())}")
    return names


def _name(given: Any) -> str:
    words = " ".join(str(given).split())
    if not isinstance(given, str) or not words.isprintable() or len(words) > LONGEST_NAME:
        raise ValueError(f"it must be a name of at most {LONGEST_NAME} characters")
    return words


def _switch(given: Any) -> bool:
    if str(given).lower() not in YES + NO:
        raise ValueError("it must be true or false")
    return str(given).lower() in YES


class Setting(NamedTuple):
    """A setting: its key in the file, the function that reads its value, its environment variable."""

    key: str
    read: Read
    variable: str = ""

    def value(self, table: Mapping[str, Any], environment: Mapping[str, str]) -> Any:
        """Return the value to use. Raises `ValueError` with the name of the setting."""
        given = environment.get(self.variable, "").strip() or table[self.key]
        try:
            return self.read(given)
        except ValueError as error:
            name = f"{self.key} ({self.variable})" if self.variable else self.key
            raise ValueError(f"{name} is {given!r}: {error}") from error


#: All settings of `annotate.toml` by their field of `Settings`.
SETTINGS = {
    "url": Setting("studio.url", _address, "LABEL_STUDIO_URL"),
    "studio_home": Setting("studio.home", _folder, "ANNOTATE_STUDIO_HOME"),
    "port": Setting("studio.port", _number(1024, 65_535)),
    "auto_advance": Setting("studio.auto_advance", _switch, "ANNOTATE_AUTO_ADVANCE"),
    "insecure": Setting("studio.insecure", _switch, "ANNOTATE_INSECURE"),
    "layout": Setting("push.layout", _choice("article", "claim")),
    "annotators": Setting("push.annotators", _number(1, 100)),
    "suggestions": Setting("push.suggestions", _choice("hint", "off", "preload")),
    "blind": Setting("push.blind", _share),
    "gold": Setting("push.gold", _gold_share),
    "order": Setting("push.order", _choice(*ORDERS)),
    "clients": Setting("push.clients", _number(0, MOST_CLIENTS), "ANNOTATE_CLIENTS"),
    "tasks_per_project": Setting("push.tasks_per_project", _number(1, 1_000_000)),
    "suggester": Setting("article.suggester", _choice(*SUGGESTERS.names())),
    "sentences": Setting("article.sentences", _choice(*SENTENCE_SPLITTERS.names())),
    "allow_private": Setting("article.allow_private", _switch, "ANNOTATE_ALLOW_PRIVATE"),
    "consensus": Setting("report.consensus", _choice("majority", "dawid-skene")),
    **{f"{sign}_weight": Setting(f"check_worthiness.{sign}", _amount) for sign in CHECK_SIGNS},
    "formats": Setting("report.formats", _formats),
    "editor": Setting("adjudicate.editor", _name, "ANNOTATE_EDITOR"),
    "memory": Setting("memory.remember", _switch, "ANNOTATE_MEMORY"),
    "exports": Setting("exports.folder", _folder, "ANNOTATE_EXPORTS"),
    "llm_url": Setting("llm.url", _address, "ANNOTATE_LLM_URL"),
    "llm_model": Setting("llm.model", _name, "ANNOTATE_LLM_MODEL"),
    "llm_clients": Setting("llm.clients", _number(1, MOST_CLIENTS)),
    "llm_batch": Setting("llm.batch", _number(1, 50)),
    "llm_seconds": Setting("llm.seconds", _number(1, 3_600)),
    "llm_answer_tokens": Setting("llm.answer_tokens", _number(50, 20_000)),
    "llm_price_in": Setting("llm.price_in", _amount),
    "llm_price_out": Setting("llm.price_out", _amount),
    "llm_most_tokens": Setting("llm.most_tokens", _number(0, 10**12)),
    "llm_most_cost": Setting("llm.most_cost", _amount),
    "allow_remote": Setting("llm.allow_remote", _switch, "ANNOTATE_ALLOW_REMOTE"),
    "training": Setting("training.training", _switch, "ANNOTATE_TRAINING"),
    "training_pass": Setting("training.training_pass", _share),
}


#: Keys by their field of `Settings`: no file holds them.
KEYS = {"api_key": "LABEL_STUDIO_API_KEY", "llm_key": "ANNOTATE_LLM_KEY"}


# --------------------------------------------------------------------------- the file


def load_settings(**changes: Any) -> Settings:
    """Return the settings of the current folder and the environment, with some fields replaced.

    A change to `None` or `False` is no change, so that options of a command can be passed as they come.

    Raises:
        UsageError: if the settings file, a variable or a change cannot be used.
    """
    given = {name: value for name, value in changes.items() if value is not None and value is not False}
    try:
        typed = {name: SETTINGS[name].read(value) for name, value in given.items() if isinstance(value, str)}
    except ValueError as error:
        raise UsageError(str(error)) from error
    return replace(load(), **{**given, **typed})


def load(environment: Mapping[str, str] = os.environ, *, file: Path | None = None) -> Settings:
    """Read the settings file and the environment; what they leave out or empty is as shipped.

    Raises:
        UsageError: if the file is not TOML, has a key that does not exist, or a value is not allowed.
    """
    path = file or config_file(FILE)
    table = _read(shipped_folder() / FILE)
    own = _read(path)
    known = {setting.key for setting in SETTINGS.values()}
    if unknown := [key for key in own if key not in known]:
        raise UsageError(
            f"{path}: unknown settings {', '.join(unknown)}: correct or remove them (there are: "
            f"{', '.join(sorted(known))})"
        )
    table |= {key: value for key, value in own.items() if value != ""}
    try:
        values = {name: setting.value(table, environment) for name, setting in SETTINGS.items()}
    except ValueError as error:
        raise UsageError(f"{path.name}: {error}") from error
    keys: dict[str, Any] = {name: environment.get(variable, "").strip() for name, variable in KEYS.items()}
    return Settings(**keys, **values)


def _read(path: Path) -> dict[str, Any]:
    """Return the values of a settings file by `section.key`."""
    try:
        sections = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: not a settings file ({error}): correct or delete it") from error
    table: dict[str, Any] = {}
    for section, values in sections.items():
        if isinstance(values, dict):
            table |= {f"{section}.{key}": value for key, value in values.items()}
        else:
            table[section] = values
    return table
