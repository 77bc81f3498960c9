"""The record of a training round, `training.json` in its folder: who, from where, and what was decided."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from annotate.errors import BadInput
from annotate.report import replace_file
from annotate.studio import TITLE_LENGTHS, TRAINING
from annotate.text import fold
from annotate.training_round.decided import DecidedClaim

FILE = "training.json"


@dataclass(frozen=True, slots=True)
class Round:
    """A training round: `number` of those that a person (a user's number) had from one `source`.

    `source` is the key of a project, empty for the sample article. `claims` are as they were decided when the
    round was sent. `first` holds the first answer to each task as the labelling page noted it, by the task's
    number: answers may change after feedback, and Label Studio keeps the last. `passed` is so from the first
    result on that says it.
    """

    person: int
    name: str
    number: int
    source: str
    source_title: str
    claims: tuple[DecidedClaim, ...]
    first: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    passed: bool = False


def round_key(person: int, name: str, source: str, number: int) -> str:
    """Return the key of a round's project, which no article and no title has.

    >>> round_key(7, "Ada Lund", "may-columns-1a2b3c4d", 2)
    'Training-ada-lund-345b0889-2'
    """
    slug = re.sub(r"\W+", "-", fold(name)).strip("-")[:40] or "annotator"
    return f"{TRAINING}{slug}-{_digest(person, source)}-{number}"


def round_number(key: str, person: int, source: str) -> int:
    """Return which round of a person from a source a project's key is for, 0 for none, whatever the name."""
    match = re.fullmatch(rf"{TRAINING}.*-{_digest(person, source)}-(\d+)", key)
    return int(match[1]) if match else 0


def round_title(name: str, source_title: str, number: int) -> str:
    """Return the title of a round's project, cut to what Label Studio takes.

    >>> round_title("Ada Lund", "May columns", 1), round_title("Ada Lund", "May columns", 2)
    ('Training: Ada Lund – May columns', 'Training 2: Ada Lund – May columns')
    """
    which = f" {number}" if number > 1 else ""
    title = " ".join(f"Training{which}: {name} – {source_title}".split())
    longest = TITLE_LENGTHS[-1]
    return title if len(title) <= longest else f"{title[: longest - 1].rstrip()}…"


def write_round(folder: Path, training: Round) -> None:
    """Write the record of a round into its folder, whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    content = json.dumps(asdict(training), ensure_ascii=False, indent=1)
    replace_file(folder / FILE, content.encode())


def read_round(folder: Path) -> Round | None:
    """Read the record of a round; `None` where the folder has none.

    Raises:
        BadInput: where the record is damaged.
    """
    path = folder / FILE
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        claims = tuple(DecidedClaim(**claim) for claim in content.pop("claims"))
        return Round(**content, claims=claims)
    except FileNotFoundError:
        return None
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise BadInput(
            f"{path} is damaged ({error}): delete it, then `annotate train-annotators` writes it again"
        ) from error


def _digest(person: int, source: str) -> str:
    return hashlib.sha256(f"{person}\n{source}".encode()).hexdigest()[:8]
