"""A pulled project as records, read from the raw answers in one pass; pure.

Raw answers are what a pull returns and `exports/<project>/raw.json` holds: `project` (id, title, key, layout,
url, annotators, codebooks), `users` (by number: email, name), `pulled_at`, and `tasks` as Label Studio
exports them. Nothing that makes a report reads them but this module.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from annotate.errors import BadInput
from annotate.labels import LABELS
from annotate.model import Claim, Judgement, Skip
from annotate.studio.format.annotations import judgements_of
from annotate.studio.format.predictions import source_words
from annotate.studio.format.provenance import GONE, unknown_name
from annotate.studio.format.revisions import Revision, revision_of
from annotate.studio.format.sent import Task, claims_of, drawn_claim, is_made_here, is_ours, skips_of

Raw = Mapping[str, Any]

PARTS = ("project", "users", "tasks")


@dataclass(frozen=True, slots=True)
class SentClaim:
    """A claim as its task carries it; offsets are those of the task's revision of the article.

    `suggested_source`, `cue` and `through` are words of its attribution: the source (for a safe pronoun the
    name), the words that say so, and whom the report came through. `added` marks a claim that an annotator
    drew, which has none of these.
    """

    claim: Claim
    suggested_source: str = ""
    cue: str = ""
    through: tuple[str, ...] = ()
    added: bool = False


@dataclass(frozen=True, slots=True)
class SentTask:
    """A task with the part of an article that it carries, its claims, and the judgements of them.

    `text` begins at `offset` in the article of `revision`; `claims` ends with those that annotators drew.
    `order_reason` is why it goes out at its place, empty in the order of the article.
    `newest` is the newest revision of the article, where this task carries it. `address_there` opens the task
    in Label Studio; it is `None` where the address of the server is unknown.
    """

    number: int
    address_there: str | None
    article_id: str
    revision: str
    title: str
    author: str
    date: str
    address: str
    text: str
    offset: int
    claims: tuple[SentClaim, ...]
    skips: tuple[Skip, ...]
    newest: Revision | None
    judgements: tuple[Judgement, ...]
    order_reason: str = ""

    def link_to(self, sent: SentClaim) -> str | None:
        """Return the address that shows one of its claims, at its place and read-only.

        A Label Studio whose pages lack the desk's scripts opens the task there.
        """
        if self.address_there is None:
            return None
        place = {"claim": sent.claim.claim_id}
        if sent.added:
            place["at"] = f"{sent.claim.start - self.offset}-{sent.claim.end - self.offset}"
        return f"{self.address_there}&{urlencode(place)}"


@dataclass(frozen=True, slots=True)
class PulledProject:
    """A project as it was pulled; `tasks` are those that were sent from here, in the order of the pull.

    `wanted` is how many annotators each claim waits for, `None` where the pull does not say. `names` are the
    names of users by their number in Label Studio, no two alike; `spellings` are the name and the e-mail of
    each, which several may share. `foreign_tasks` counts the tasks that others made there.
    """

    number: int | None
    key: str
    title: str
    pulled_at: str
    wanted: int | None
    names: Mapping[int, str]
    spellings: Mapping[int, tuple[str, ...]]
    tasks: tuple[SentTask, ...]
    foreign_tasks: int

    @property
    def judgements(self) -> list[Judgement]:
        """All judgements, task by task."""
        return [judgement for task in self.tasks for judgement in task.judgements]

    def newest_claims(self) -> dict[str, tuple[SentClaim, SentTask]]:
        """Return by claim id each claim as its newest task carries it, with that task."""
        tasks = sorted(self.tasks, key=lambda task: task.number)
        sent = {c.claim.claim_id: (c, task) for task in tasks for c in task.claims if not c.added}
        drawn = {c.claim.claim_id: (c, task) for task in reversed(self.tasks) for c in task.claims if c.added}
        return drawn | sent


def read_project(raw: Raw) -> PulledProject:
    """Return the records of raw answers.

    Raises:
        BadInput: where the raw answers lack a part or a task cannot be read.
    """
    if missing := [part for part in PARTS if part not in raw]:
        raise BadInput(f"The raw answers hold no {', '.join(missing)}: pull them again.")
    project, names = raw["project"], user_names(raw["users"])
    return PulledProject(
        number=project.get("id"),
        key=str(project.get("key") or ""),
        title=str(project.get("title") or ""),
        pulled_at=str(raw.get("pulled_at") or ""),
        wanted=project.get("annotators"),
        names=names,
        spellings={int(key): _spellings(user) for key, user in raw["users"].items()},
        tasks=tuple(_task(task, project, names) for task in raw["tasks"] if is_ours(task)),
        foreign_tasks=sum(not is_made_here(task) for task in raw["tasks"]),
    )


def article_of(task: Task) -> str | None:
    """Return the id of the article that a task was sent for; `None` where others made the task."""
    return str(task["data"]["article_id"]) if is_ours(task) else None


def claim_texts(task: Mapping[str, Any]) -> list[str]:
    """Return the words of the claims of a task as they were sent; none where the task is not one of ours."""
    try:
        return [claim.text for claim in claims_of(dict(task))]
    except BadInput:
        return []


def answers_in(task: Task, *, drafts: bool = False) -> int:
    """Return how many answers a task has, with `drafts` also those that were not submitted."""
    return len(task["annotations"]) + (len(task["drafts"]) if drafts else 0)


def user_names(users: Mapping[Any, Mapping[str, str]]) -> dict[int, str]:
    """Return a name for each user that no other has: with the e-mail, or else the number, where it is needed.

    Users who left Label Studio look alike there; without an earlier pull they go by their numbers.
    """
    known = {int(key): (user.get("name") or "", user.get("email") or "") for key, user in users.items()}
    names = dict.fromkeys(known, "")
    for spelled in (_plain_name, _name_and_email, _name_and_number):
        times = Counter(names.values())
        ambiguous = [key for key, name in names.items() if not name or times[name] > 1]
        names |= {key: spelled(key, *known[key]) for key in ambiguous}
    return names


def _spellings(user: Mapping[str, str]) -> tuple[str, ...]:
    """Return what a user may be called; one who left Label Studio has no e-mail there any more."""
    name, email = user.get("name") or "", user.get("email") or ""
    return () if email == GONE else tuple(words.strip() for words in (name, email) if words.strip())


def _plain_name(_: int, name: str, email: str) -> str:
    return "" if email == GONE else (name or email).strip()


def _name_and_email(_: int, name: str, email: str) -> str:
    return "" if email == GONE else f"{name} ({email})" if name and email not in {"", name} else name or email


def _name_and_number(number: int, name: str, email: str) -> str:
    return f"{name or email} ({unknown_name(number)})" if name or email else unknown_name(number)


def _task(task: Task, project: Mapping[str, Any], names: Mapping[int, str]) -> SentTask:
    data = task["data"]
    codebooks = [(since, version) for since, version in project.get("codebooks", [])]
    judgements = judgements_of(task, names, LABELS, codebooks=codebooks)
    return SentTask(
        number=int(task.get("id") or 0),
        address_there=_address(task, project),
        **{name: str(data.get(name) or "") for name in ("article_id", "title", "author", "date", "address")},
        revision=data["revision"],
        text=data["text"],
        offset=data["offset"],
        claims=(*_sent(task), *_drawn(judgements, data)),
        skips=tuple(skips_of(task)),
        newest=revision_of(task),
        judgements=tuple(judgements),
        order_reason=str(data.get("order_reason") or ""),
    )


def _address(task: Task, project: Mapping[str, Any]) -> str | None:
    """Return the address of a task, which names its project where a large one is several."""
    url, part = str(project.get("url") or "").rstrip("/"), task.get("project") or project.get("id")
    return f"{url}/projects/{part}/data?task={task['id']}" if url and part and task.get("id") else None


def _sent(task: Task) -> Iterator[SentClaim]:
    for claim, packed in zip(claims_of(task), task["data"]["claims"], strict=True):
        attribution = packed["attribution"] or {}
        yield SentClaim(
            claim,
            suggested_source=source_words(attribution),
            cue=(attribution.get("cue") or {}).get("text", ""),
            through=tuple(passed["text"] for passed in attribution.get("through") or ()),
        )


def _drawn(judgements: Sequence[Judgement], data: Mapping[str, Any]) -> Iterator[SentClaim]:
    """Return the claims that annotators drew in a task, each once."""
    drawn = {j.claim_id: j for j in judgements if j.added and j.text.strip()}
    for judgement in drawn.values():
        yield SentClaim(drawn_claim(judgement, data), added=True)
