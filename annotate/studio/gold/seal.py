"""What a task of gold carries beside its data: where its claims come from, and how they were decided; pure.

The data of such a task looks like that of every other task of its project, with ids of that project's
article. The rest is in the task's `meta`, which annotators never see, packed so that nobody reads it by
accident. It is no secret from a person who unpacks it. So a pull needs no file of the machine that pushed.
"""

from __future__ import annotations

import base64
import hashlib
import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from annotate.studio.format import SEAL, Task, digest_of, is_gold
from annotate.text import fold

DIGITS = 8  # of a person's code


@dataclass(frozen=True, slots=True)
class DecidedClaim:
    """A claim that an editor decided: its label, and the codes (`person_code`) of those who judged it."""

    claim_id: str
    label: str
    judges: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Origin:
    """Where the claims of a task of gold come from: the key of the project, and the article.

    `decided` has by the claim's id in the task the claim as it was decided when it was sent. Other claims of
    the task were decided by nobody.
    """

    project: str
    article_id: str
    decided: Mapping[str, DecidedClaim]


def person_code(email: str) -> str:
    """Return what stands for a person where the e-mail is not to be read."""
    return hashlib.sha256(f"claimdesk person {fold(email)}".encode()).hexdigest()[:DIGITS]


def sealed(origin: Origin) -> dict[str, str]:
    """Return the `meta` of a task of gold."""
    decided = {
        name: [claim.claim_id, claim.label, list(claim.judges)] for name, claim in origin.decided.items()
    }
    content = json.dumps([origin.project, origin.article_id, decided])
    return {SEAL: base64.b64encode(zlib.compress(content.encode())).decode()}


def origin_of(task: Task) -> Origin | None:
    """Return where the claims of a task of gold come from; `None` where that or the data was edited."""
    if not is_gold(task) or task["data"].get("digest") != digest_of(task["data"]):
        return None
    try:
        packed = json.loads(zlib.decompress(base64.b64decode(task["meta"][SEAL], validate=True)))
        project, article_id, decided = packed
        claims = {str(name): _claim(*fields) for name, fields in decided.items()}
    except (ValueError, TypeError, AttributeError, zlib.error):
        return None
    return Origin(str(project), str(article_id), claims)


def origins_of(raw: Mapping[str, Any]) -> list[tuple[Task, Origin | None]]:
    """Return the tasks of gold in raw answers, each with where its claims come from, as `origin_of`."""
    return [(task, origin_of(task)) for task in raw["tasks"] if is_gold(task)]


def _claim(claim_id: object, label: object, judges: list[Any]) -> DecidedClaim:
    return DecidedClaim(str(claim_id), str(label), tuple(map(str, judges)))


def unsealed(task: Task) -> Task:
    """Return a task of gold as one whose answers are read like those of every other task."""
    return {**task, "meta": {name: value for name, value in task["meta"].items() if name != SEAL}}
