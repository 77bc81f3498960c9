"""Plan, push and pull: what of an article is in Label Studio already, what goes there, what comes back.

What Label Studio holds is the truth. A push sends only claims that are not there, sends nothing twice, and
never deletes; after an answer that does not tell, it looks before it goes on.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from difflib import SequenceMatcher
from typing import Any

from annotate.errors import Unreachable
from annotate.model import Article, Claim, Skip
from annotate.studio.client import Client, Unclear
from annotate.studio.config import check_tasks, read_config
from annotate.studio.decisions import is_decided
from annotate.studio.lock import writing_into
from annotate.studio.projects import Project
from annotate.studio.tasks import (
    DEFAULT_TERMS,
    Layout,
    Task,
    Terms,
    claim_tasks,
    claims_of,
    is_ours,
    section_tasks,
)

CHUNK = 500  # tasks a call: larger ones are no faster, and more is lost when one fails
SIMILAR = 0.6  # of a claim's words, for it to count as the old claim reworded
SETTLING = (0.0, 1.0, 2.0, 4.0)  # seconds between looks, while a server may still be at work on a call
ATTEMPTS = 3

Raw = dict[str, Any]
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Change:
    """A claim that went and the one that came in its place, with similar words."""

    before: Claim
    after: Claim


@dataclass(frozen=True, slots=True)
class Plan:
    """What a push of one article would do.

    `new` and the later halves of `changed` are sent. `gone` claims and the earlier halves of `changed` stay
    in Label Studio with their answers. `doubled` claims stand there in more than one task. `seen` is the
    number of tasks in the project when the plan was made.
    """

    article: Article
    claims: tuple[Claim, ...]
    skips: tuple[Skip, ...]
    layout: Layout
    terms: Terms = DEFAULT_TERMS
    new: tuple[Claim, ...] = ()
    unchanged: tuple[Claim, ...] = ()
    changed: tuple[Change, ...] = ()
    gone: tuple[Claim, ...] = ()
    doubled: tuple[str, ...] = ()
    seen: int = 0
    to_send: tuple[Claim, ...] = field(init=False)

    def __post_init__(self) -> None:
        sent = [*self.new, *(change.after for change in self.changed)]
        object.__setattr__(self, "to_send", tuple(sorted(sent, key=lambda claim: claim.start)))

    def tasks(self) -> list[Task]:
        """Give the tasks that carry the claims to send, checked against the labeling config.

        Raises:
            BadInput: where a claim or a task cannot be sent.
        """
        make = section_tasks if self.layout == "article" else claim_tasks
        only = frozenset(claim.claim_id for claim in self.to_send)
        tasks = make(
            self.article,
            self.claims,
            self.skips,
            only=only,
            terms=self.terms,
        )
        check_tasks(tasks, read_config(self.layout))
        return tasks


# --------------------------------------------------------------------------- plan


def plan(  # noqa: PLR0913 - an article is in three pieces, and how it is sent in two more
    client: Client,
    project: Project | None,
    article: Article,
    claims: Sequence[Claim],
    skips: Sequence[Skip],
    *,
    layout: Layout,
    terms: Terms = DEFAULT_TERMS,
) -> Plan:
    """Compare an article with what its project holds; without a project all claims are new.

    Raises:
        Conflict: where the project is gone.
    """
    there: list[Claim] = []
    seen = client.project(project.number)["task_number"] if project else 0
    if project and seen:
        there = [c for c in held_claims(client, project) if c.article_id == article.article_id]
    new, unchanged, changed, gone = compare(there, claims)
    twice = Counter(claim.claim_id for claim in there)
    return Plan(
        article=article,
        claims=tuple(claims),
        skips=tuple(skips),
        layout=layout,
        terms=terms,
        new=tuple(new),
        unchanged=tuple(unchanged),
        changed=tuple(changed),
        gone=tuple(gone),
        doubled=tuple(claim_id for claim_id, count in twice.items() if count > 1),
        seen=seen,
    )


def held_claims(client: Client, project: Project) -> Iterator[Claim]:
    """Give the claims that stand in a project, as they were sent; tasks added by hand hold none."""
    for task in client.tasks(project.number):
        if is_ours(task):
            yield from claims_of(task)


def compare(
    there: Iterable[Claim], now: Sequence[Claim]
) -> tuple[list[Claim], list[Claim], list[Change], list[Claim]]:
    """Tell new, unchanged, changed and gone claims apart; pure.

    A claim is changed where one that went and one that came stand in the same gap between unchanged ones and
    have similar words.
    """
    before = {claim.claim_id: claim for claim in sorted(there, key=lambda claim: claim.start)}
    after = {claim.claim_id: claim for claim in now}
    changed: list[Change] = []
    matcher = SequenceMatcher(a=list(before), b=list(after), autojunk=False)
    olds, news = list(before.values()), list(after.values())
    for what, a, b, c, d in matcher.get_opcodes():
        if what == "replace":
            came = [claim for claim in news[c:d] if claim.claim_id not in before]
            went = [claim for claim in olds[a:b] if claim.claim_id not in after]
            changed += _reworded(went, came)
    settled = {claim.claim_id for change in changed for claim in (change.before, change.after)}
    new = [c for c in now if c.claim_id not in before and c.claim_id not in settled]
    gone = [c for c in olds if c.claim_id not in after and c.claim_id not in settled]
    return new, [c for c in now if c.claim_id in before], changed, gone


def _reworded(went: Sequence[Claim], came: Sequence[Claim]) -> Iterator[Change]:
    """Pair claims of one gap, in their order, each with the first that has similar words."""
    left = list(came)
    for old in went:
        for position, new in enumerate(left):
            if SequenceMatcher(a=old.text.split(), b=new.text.split(), autojunk=False).ratio() >= SIMILAR:
                yield Change(old, new)
                del left[: position + 1]
                break


# --------------------------------------------------------------------------- push


def apply(
    client: Client, project: Project, planned: Plan, *, progress: Progress = lambda done, total: None
) -> Plan:
    """Send what a plan says, each claim once, and give the plan as it was carried out.

    Under the lock the plan is made anew where the project has other tasks than it saw. `progress` is told the
    claims sent so far and their total.

    Raises:
        Conflict: where another push runs from this machine, or the project is gone.
        BadInput: where a task cannot be sent; nothing was sent then.
        Unreachable: where Label Studio stops answering; another push sends what is missing.
    """
    with writing_into(client, project):
        if client.project(project.number)["task_number"] != planned.seen:
            planned = replan(client, project, planned)
        tasks = planned.tasks()
        total, done = len(planned.to_send), 0
        progress(done, total)
        for first in range(0, len(tasks), CHUNK):
            chunk = tasks[first : first + CHUNK]
            _send(client, project, chunk)
            done += sum(len(task["data"]["claims"]) for task in chunk)
            progress(done, total)
    return planned


def replan(client: Client, project: Project, planned: Plan) -> Plan:
    """Make the same plan anew, from what the project holds now."""
    return plan(
        client,
        project,
        planned.article,
        planned.claims,
        planned.skips,
        layout=planned.layout,
        terms=planned.terms,
    )


def _send(client: Client, project: Project, tasks: Sequence[Task]) -> None:
    """Send tasks until each stands in the project once: only what a look shows missing is sent again."""
    missing = list(tasks)
    for _ in range(ATTEMPTS):
        try:
            if client.import_tasks(project.number, missing) == len(missing):
                return
        except Unclear:
            pass
        missing = _missing(client, project, missing)
        if not missing:
            return
    raise Unreachable(
        f"{client.url} did not take {len(missing)} tasks in {ATTEMPTS} attempts: push again later"
    )


def _missing(client: Client, project: Project, tasks: Sequence[Task]) -> list[Task]:
    """Look which tasks did not arrive; a call that is still at work may yet bring them, so look again."""
    missing = list(tasks)
    for pause in SETTLING:
        time.sleep(pause)
        there = {claim.claim_id for claim in held_claims(client, project)}
        missing = [task for task in tasks if not there.issuperset(c.claim_id for c in claims_of(task))]
        if not missing:
            break
    return missing


# --------------------------------------------------------------------------- pull


def pull(client: Client, project: Project) -> Raw:
    """Give everything that a report is made from, as Label Studio holds it: plain data.

    Keys: `project` (id, title, key, layout, url of the server, codebooks that came later),
    `users` (by number as a string: email,
    name), `server` (url, version), `pulled_at` (UTC, this machine's clock), `tasks` (as exported, with
    annotations and drafts).

    Raises:
        Conflict: where the project is gone.
    """
    tasks = client.export(project.number)
    return {
        "project": {
            "id": project.number,
            "title": project.title,
            "key": project.key,
            "layout": project.layout,
            "url": client.url,
            "codebooks": [[held.since, held.version] for held in project.codebooks if held.since],
        },
        "users": {str(user["id"]): {"email": user["email"], "name": _name(user)} for user in client.users()},
        "server": {"url": client.url, "version": client.version},
        "pulled_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "tasks": tasks,
    }


def progress_of(client: Client, project: Project) -> tuple[int, Counter[int]]:
    """Give how many claims a project has, and how many of them stand in tasks that each user has answered.

    Users are Label Studio's numbers. Skipped tasks and an editor's decisions are no answers.
    """
    total, answered = 0, Counter[int]()
    for task in filter(is_ours, client.export(project.number)):
        held = len(claims_of(task))
        total += held
        users = {
            int(answer["completed_by"])
            for answer in task["annotations"]
            if not answer["was_cancelled"] and not is_decided(answer)
        }
        answered.update(dict.fromkeys(users, held))
    return total, answered


def _name(user: dict[str, Any]) -> str:
    full = f"{user.get('first_name') or ''} {user.get('last_name') or ''}".strip()
    return full or str(user["email"]).split("@")[0]
