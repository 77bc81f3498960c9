"""Plan, push and pull: what of an article is in Label Studio already, what goes there, what comes back.

What Label Studio holds is the truth. A push sends only claims that are not there, sends nothing twice, and
never deletes; after an answer that does not tell, it looks before it goes on.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import time
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any, cast, get_args

from filelock import FileLock, Timeout

from annotate.errors import Conflict, Unreachable, UsageError
from annotate.model import Article, Claim, Skip
from annotate.studio.client import Client, Unclear
from annotate.studio.config import check_tasks, read_config
from annotate.studio.tasks import Layout, Suggestions, Task, claim_tasks, claims_of, is_ours, section_tasks

CHUNK = 500  # tasks a call: larger ones are no faster, and more is lost when one fails
SIMILAR = 0.6  # of a claim's words, for it to count as the old claim reworded
SETTLING = (0.0, 1.0, 2.0, 4.0)  # seconds between looks, while a server may still be at work on a call
ATTEMPTS = 3
LOCK_PATIENCE = 5.0
TITLE_LENGTHS = range(3, 51)  # what Label Studio takes

Raw = dict[str, Any]
Progress = Callable[[int, int], None]

_MARK = re.compile(r"\[claimdesk project=(?P<key>\S+) layout=(?P<layout>\w+)\]")


@dataclass(frozen=True, slots=True)
class Project:
    """A project of ours in Label Studio. `key` stays when somebody changes the title there."""

    number: int
    title: str
    key: str
    layout: Layout
    url: str
    annotators: int


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
    codebook: str = ""
    suggestions: Suggestions = "hint"
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
            codebook=self.codebook,
            suggestions=self.suggestions,
        )
        check_tasks(tasks, read_config(self.layout))
        return tasks


# --------------------------------------------------------------------------- projects


def project_key(title: str) -> str:
    """Give the key that stands in a project's description, made from the title it was born with."""
    folded = " ".join(unicodedata.normalize("NFC", title).split())
    slug = re.sub(r"\W+", "-", folded.lower()).strip("-")[:40] or "project"
    return f"{slug}-{hashlib.sha256(folded.encode('utf-8', 'replace')).hexdigest()[:8]}"


def list_projects(client: Client) -> list[Project]:
    """Give the projects of ours, oldest first."""
    found = [_ours(project, client.url) for project in client.projects()]
    return sorted((project for project in found if project), key=lambda project: project.number)


def find_project(client: Client, title: str | None = None) -> Project:
    """Find a project of ours by the title it has or was born with; without a title, the only one.

    Raises:
        Conflict: where there is none, or more than one.
    """
    ours = list_projects(client)
    named = ours if title is None else _matching(ours, title)
    if len(named) == 1:
        return named[0]
    there = ", ".join(f"“{project.title}”" for project in ours) or "none"
    if not named:
        what = "no project" if title is None else f"no project “{title}”"
        raise Conflict(f"there is {what} at {client.url} (there: {there}): push an article first")
    if title is None:
        raise Conflict(f"which project? Name one with --project (there: {there})")
    raise _twice(title, named)


def project_title(article: Article) -> str:
    """Give the title of an article's own project: the article's, cut at a word to what Label Studio takes."""
    title = " ".join((article.title or article.article_id).split())
    if len(title) > TITLE_LENGTHS[-1]:
        title = title[: TITLE_LENGTHS[-1] - 1].rsplit(" ", 1)[0] + "…"
    return title if len(title) in TITLE_LENGTHS else f"Article {title}"


def open_project(
    client: Client, title: str, layout: Layout, *, annotators: int | None = None, key: str | None = None
) -> Project:
    """Find the project of this title or key, or make it; `annotators` sets how many people answer each task.

    `key` names a project apart from its title: an article's own is found again after its headline changed.

    Raises:
        UsageError: where Label Studio would not take the title.
        Conflict: where two projects have the title or its key, one made elsewhere has it, or the project
            has the other layout.
    """
    key = key or project_key(title)
    project = peek_project(client, title, layout, key=key)
    if project is None:
        return _made(client, title, layout, key, annotators or 1)
    if annotators not in {None, project.annotators}:
        client.update_project(project.number, maximum_annotations=annotators)
        return replace(project, annotators=annotators or 1)
    return project


def peek_project(client: Client, title: str, layout: Layout, *, key: str | None = None) -> Project | None:
    """Find the project that a push would use, and make nothing: for `--dry-run`.

    Raises as `open_project` does.
    """
    if len(title) not in TITLE_LENGTHS or not title.strip():
        raise UsageError(
            f"a project's title has 3 to 50 characters, not {len(title)}: choose another with --project"
        )
    there = client.projects()
    named = _matching([project for row in there if (project := _ours(row, client.url))], title, key=key)
    if len(named) > 1:
        raise _twice(title, named)
    if not named:
        if any(row["title"] == title for row in there):
            raise Conflict(
                f"“{title}” at {client.url} was not made by annotate: choose another title with --project"
            )
        return None
    if named[0].layout != layout:
        why = f"“{title}” has the {named[0].layout} layout: push with --layout {named[0].layout}"
        raise Conflict(f"{why}, or choose another title with --project")
    return named[0]


def _ours(row: dict[str, Any], url: str) -> Project | None:
    mark = _MARK.search(row.get("description") or "")
    if not mark or mark["layout"] not in get_args(Layout):
        return None
    return Project(
        number=int(row["id"]),
        title=str(row["title"]),
        key=mark["key"],
        layout=cast("Layout", mark["layout"]),
        url=f"{url}/projects/{row['id']}/data",
        annotators=int(row.get("maximum_annotations") or 1),
    )


def _matching(projects: Iterable[Project], title: str, *, key: str | None = None) -> list[Project]:
    """Give the projects of this key, or, where there are none, of this title."""
    ours, key = list(projects), key or project_key(title)
    return [p for p in ours if p.key == key] or [p for p in ours if p.title == title]


def _twice(title: str, named: Sequence[Project]) -> Conflict:
    which = " and ".join(project.url for project in named)
    return Conflict(f"“{title}” stands twice in Label Studio: rename or delete one of {which}")


def _made(client: Client, title: str, layout: Layout, key: str, annotators: int) -> Project:
    mark = f"[claimdesk project={key} layout={layout}]"
    with contextlib.suppress(Unclear):  # made or not: what is there tells
        client.create_project(
            title=title,
            description=f"Claims to label. Leave this line as it is: {mark}",
            label_config=read_config(layout).xml,
            maximum_annotations=annotators,
            show_collab_predictions=True,  # the grey regions and the suggested sources are predictions
        )
    return find_project(client, title)


# --------------------------------------------------------------------------- plan


def plan(  # noqa: PLR0913 - an article is in three pieces, and how it is sent in two more
    client: Client,
    project: Project | None,
    article: Article,
    claims: Sequence[Claim],
    skips: Sequence[Skip],
    *,
    layout: Layout,
    codebook: str = "",
    suggestions: Suggestions = "hint",
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
        codebook=codebook,
        suggestions=suggestions,
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
    with _push_lock(client, project):
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
        codebook=planned.codebook,
        suggestions=planned.suggestions,
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


def lock_folder() -> Path:
    """Give the folder of this user's locks."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "claimdesk"


@contextlib.contextmanager
def _push_lock(client: Client, project: Project) -> Iterator[None]:
    """Hold the one push that this machine makes into a project; the lock of a dead process holds nobody."""
    folder = lock_folder()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    name = hashlib.sha256(f"{client.url}\n{project.number}".encode()).hexdigest()[:16]
    holder = folder / f"push-{name}.pid"
    try:
        with FileLock(folder / f"push-{name}.lock", timeout=LOCK_PATIENCE):
            holder.write_text(str(os.getpid()), encoding="ascii")
            yield
    except Timeout:
        whose = holder.read_text(encoding="ascii") if holder.exists() else "unknown"
        why = f"another push into “{project.title}” runs (process {whose}): wait for it, then push again"
        raise Conflict(why) from None


# --------------------------------------------------------------------------- pull


def pull(client: Client, project: Project) -> Raw:
    """Give everything that a report is made from, as Label Studio holds it: plain data.

    Keys: `project` (id, title, key, layout, url of the server), `users` (by number as a string: email,
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
        },
        "users": {str(user["id"]): {"email": user["email"], "name": _name(user)} for user in client.users()},
        "server": {"url": client.url, "version": client.version},
        "pulled_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "tasks": tasks,
    }


def _name(user: dict[str, Any]) -> str:
    full = f"{user.get('first_name') or ''} {user.get('last_name') or ''}".strip()
    return full or str(user["email"]).split("@")[0]
