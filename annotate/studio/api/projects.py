"""Projects in Label Studio: found by a key in their description, created where there is none."""

from __future__ import annotations

import contextlib
import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count
from typing import Any, NamedTuple, cast, get_args

from annotate.config import codebook
from annotate.errors import AnnotateError, Conflict, Unreachable, UsageError
from annotate.model import Article
from annotate.studio.api.client import Client
from annotate.studio.api.failures import Unclear
from annotate.studio.api.lock import lock_project
from annotate.studio.format import (
    MODEL_VERSION,
    PASSAGE_FIELDS,
    TASK_FIELDS,
    Layout,
    codebook_html,
    read_config,
)
from annotate.text import fold_spaces

TITLE_LENGTHS = range(3, 51)  # what Label Studio takes
# How the key of a training round begins; keys made from titles and articles have no capital letter.
TRAINING = "Training-"

# Columns that Label Studio adds to its list of tasks.
# In pixels. Where Label Studio has no width, it takes 150.
WIDTHS: Mapping[Layout, Mapping[str, int]] = {
    "article": {
        "tasks:id": 80,
        "tasks:data.title": 200,
        "tasks:data.section": 340,
        "tasks:data.position": 190,
    },
    "claim": {
        "tasks:id": 60,
        "tasks:annotators": 100,
        "tasks:data.claim": 280,
        "tasks:data.title": 120,
        "tasks:data.position": 110,
        "tasks:data.priority": 70,
        "tasks:data.order_reason": 230,  # holds all reasons in four lines
    },
}
OWN_COLUMNS = (
    *("id", "inner_id", "completed_at", "total_annotations", "cancelled_annotations", "total_predictions"),
    *("annotators", "annotations_results", "annotations_ids", "predictions_score", "predictions_results"),
    *("predictions_model_versions", "file_upload", "storage_filename", "created_at", "updated_at"),
    *("updated_by", "avg_lead_time", "draft_exists"),
)

_MARK = re.compile(
    r"\[claimdesk project=(?P<key>\w[\w-]{0,79})(?: part=(?P<part>[1-9]\d{0,3}))? layout=(?P<layout>\w+)"
    r"(?: codebook=(?P<codebooks>[^\s\]]+))?\]"
)
# One version of the codebook in the mark: "2:9f8e7d6c@2026-05-12T10:00:00Z", the first one without a moment.
_VERSION = re.compile(r"(?P<version>[\w.-]+):(?P<digest>[0-9a-f]{8})(?:@(?P<since>[\dTZ:.+-]+))?")


class CodebookVersion(NamedTuple):
    """A version of the codebook in force in a project: since when (ISO 8601; empty: from the beginning)."""

    version: str
    digest: str
    since: str


def current_codebook(since: str = "") -> CodebookVersion:
    """Return the version of `configs/codebook.md`."""
    rules = codebook()
    return CodebookVersion(rules.version, rules.digest, since)


@dataclass(frozen=True, slots=True)
class Project:
    """A project of ours in Label Studio. `key` stays when somebody changes the title there.

    `config` is its labeling config, `codebooks` the versions in force, oldest first. `shown` is the model
    version of the predictions that its pages show, `None` where they show none. Label Studio is slow
    with very many tasks in one project, so a large one is several there, its `parts`: they have one key, and
    all else is that of the first. `copies` were made from it by hand: they have its key and other titles.
    """

    number: int
    title: str
    key: str
    layout: Layout
    url: str
    annotators: int
    config: str
    codebooks: tuple[CodebookVersion, ...]
    shown: str | None = MODEL_VERSION
    part: int = 1
    later: tuple[Project, ...] = ()
    copies: tuple[Project, ...] = ()

    @property
    def parts(self) -> tuple[Project, ...]:
        """The parts, the first one included, in their order."""
        return (replace(self, later=(), copies=()), *self.later)

    @property
    def is_training(self) -> bool:
        """Whether it is a training round, whose answers count nowhere else."""
        return is_training(self.key)

    @property
    def settings(self) -> str:
        """The address of its settings, where its description is edited."""
        return f"{self.url.removesuffix('/data')}/settings"


def project_key(title: str) -> str:
    """Return the key in a project's description, made from its first title."""
    folded = fold_spaces(title)
    slug = re.sub(r"\W+", "-", folded.lower()).strip("-")[:40] or "project"
    return f"{slug}-{hashlib.sha256(folded.encode('utf-8', 'replace')).hexdigest()[:8]}"


def is_training(key: str) -> bool:
    """Return whether a project's key is that of a training round."""
    return key.startswith(TRAINING)


def list_projects(client: Client, *, training: bool = False) -> list[Project]:
    """Return the projects of this program, oldest first; the parts of one are one.

    Training rounds are left out; with `training` they alone are returned.
    """
    fitting = (each for each in joined(client.projects(), client.url) if each.is_training is training)
    return sorted(fitting, key=lambda project: project.number)


def project_title(article: Article) -> str:
    """Return the title of an article's own project: the article's, cut at a word to what fits there."""
    title = " ".join((article.title or article.article_id).split())
    if len(title) > TITLE_LENGTHS[-1]:
        title = title[: TITLE_LENGTHS[-1] - 1].rsplit(" ", 1)[0] + "…"
    return title if len(title) in TITLE_LENGTHS else f"Article {title}"


def open_project(
    client: Client, title: str, layout: Layout, *, annotators: int | None = None, key: str | None = None
) -> Project:
    """Return the project of this title or key, or create it; `annotators` people answer each task.

    `key` names a project whatever its title: an article's own is found again after its headline changed.

    Raises:
        UsageError: where Label Studio would not take the title.
        Conflict: where two projects have the title or its key, one made elsewhere has it, or the project
            has the other layout.
    """
    key = key or project_key(title)
    project = peek_project(client, title, layout, key=key)
    if project is None:
        return _made(client, title, layout, key, annotators or 1)
    if annotators is None or {part.annotators for part in project.parts} == {annotators}:
        return project
    for part in project.parts:
        client.update_project(part.number, maximum_annotations=annotators)
    later = tuple(replace(part, annotators=annotators) for part in project.later)
    return replace(project, annotators=annotators, later=later)


def peek_project(client: Client, title: str, layout: Layout, *, key: str | None = None) -> Project | None:
    """Return the project that a push would use, and create nothing: for `--dry-run`.

    Raises as `open_project` does.
    """
    if len(title) not in TITLE_LENGTHS or not title.strip():
        raise UsageError(
            f"a project's title has 3 to 50 characters, not {len(title)}: choose another with --project"
        )
    rows = client.projects()
    named = matching(joined(rows, client.url), title, key=key)
    if named and named[0].is_training and named[0].key != key:
        raise training_only(named[0])
    if named:
        return checked(named, title, layout)
    if any(row["title"] == title for row in rows):
        raise Conflict(
            f"“{title}” at {client.url} was not made by annotate: choose another title with --project"
        )
    return None


def checked(named: Sequence[Project], title: str, layout: Layout) -> Project:
    """Return the one project that was found for a title.

    Raises:
        Conflict: where there are several, or it has the other layout.
    """
    if len(named) > 1:
        raise twice(title, named)
    if named[0].layout != layout:
        why = f"“{title}” has the {named[0].layout} layout: push with --layout {named[0].layout}"
        raise Conflict(f"{why}, or choose another title with --project")
    return named[0]


def other_title(title: str, article_id: str) -> str:
    """Return the title of an article's own project where another project has the article's title.

    >>> other_title("Column", "column-2")
    'Column – column-2'
    """
    ending = f" – {article_id[-30:]}"
    return f"{title[: TITLE_LENGTHS[-1] - len(ending)].rstrip()}{ending}"


def named_by_person(project: Project) -> bool:
    """Return whether a project got its title from a person, and not from its one article."""
    return bool(re.search(r"-[0-9a-f]{8}\Z", project.key))


def part_title(title: str, part: int) -> str:
    """Return the title of a part: that of the project with its number, cut to what Label Studio takes.

    >>> part_title("May columns", 2)
    'May columns (2)'
    """
    if part == 1:
        return title
    room = TITLE_LENGTHS[-1] - len(f" ({part})")
    return f"{title if len(title) <= room else title[: room - 1].rstrip() + '…'} ({part})"


def add_part(client: Client, project: Project) -> Project:
    """Create the next part of a project, and return the project with it.

    Raises:
        Conflict: where another push from this machine creates it.
        Unreachable: where Label Studio did not create it.
    """
    number = next(n for n in count(1) if n not in {part.part for part in project.parts})
    with lock_project(client, project.key, project.title, "new"):
        with contextlib.suppress(Unclear):  # whether it was created is looked up
            born = re.sub(rf" \({project.part}\)\Z", "", project.title) if project.part > 1 else project.title
            _create(client, replace(project, title=born), number)
        projects = [p for p in joined(client.projects(), client.url) if p.key == project.key]
    if len(projects) > 1:
        raise twice(project.title, projects)
    if not projects or number not in {part.part for part in projects[0].parts}:
        raise Unreachable(
            f"{client.url} did not create a further part of “{project.title}”: push again later"
        )
    part = next(part for part in projects[0].parts if part.part == number)
    _show_claims(client, part)
    return projects[0]


def description(key: str, layout: Layout, codebooks: Sequence[CodebookVersion], *, part: int = 1) -> str:
    """Return a project's description, with the mark that it is found again by."""
    versions = ",".join(f"{h.version}:{h.digest}{'@' if h.since else ''}{h.since}" for h in codebooks)
    which = f"{key} part={part}" if part > 1 else key
    mark = f"[claimdesk project={which} layout={layout} codebook={versions}]"
    return f"Claims to label. Leave this line as it is: {mark}"


def _ours(row: dict[str, Any], url: str) -> Project | None:
    mark = _MARK.search(row.get("description") or "")
    if not mark or mark["layout"] not in get_args(Layout):
        return None
    versions = mark["codebooks"] or ""
    return Project(
        number=int(row["id"]),
        title=str(row["title"]),
        key=mark["key"],
        layout=cast("Layout", mark["layout"]),
        url=f"{url}/projects/{row['id']}/data",
        annotators=int(row.get("maximum_annotations") or 1),
        config=str(row.get("label_config") or ""),
        codebooks=tuple(
            CodebookVersion(*(h[part] or "" for part in CodebookVersion._fields))
            for h in _VERSION.finditer(versions)
        ),
        shown=str(row.get("model_version") or "") if row.get("show_collab_predictions") else None,
        part=int(mark["part"] or 1),
    )


def is_marked(row: dict[str, Any]) -> bool:
    """Return whether a project's description has the mark of ours."""
    return _ours(row, "") is not None


def joined(rows: Iterable[dict[str, Any]], url: str) -> Iterator[Project]:
    """Return projects, each with its parts and copies; where a part exists twice, the project does.

    Of projects with one mark the oldest is the original. One with its title was made at the same moment, any
    other is a copy.
    """
    keys: dict[str, dict[int, list[Project]]] = {}
    for row in sorted(rows, key=lambda row: int(row["id"])):
        if project := _ours(row, url):
            keys.setdefault(project.key, {}).setdefault(project.part, []).append(project)
    for all_parts in keys.values():
        parts = {part: [p for p in same if p.title == same[0].title] for part, same in all_parts.items()}
        copies = tuple(p for same in all_parts.values() for p in same if p.title != same[0].title)
        for twin in range(max(map(len, parts.values()))):
            first, *later = (parts[part][twin] for part in sorted(parts) if twin < len(parts[part]))
            yield replace(first, later=tuple(later), copies=copies)


def matching(projects: Iterable[Project], title: str, *, key: str | None = None) -> list[Project]:
    """Return the projects of this key; where there are none, of this title, or with a copy of this title."""
    ours, key = list(projects), key or project_key(title)
    keyed = [p for p in ours if p.key == key] or [p for p in ours if p.title == title]
    return keyed or [p for p in ours if title in {copy.title for copy in p.copies}]


def training_only(project: Project) -> Conflict:
    """Return the error for a training round where only a project of articles may be named."""
    return Conflict(
        f"“{project.title}” is a training round, which counts in no figures and takes no articles: "
        "`annotate train-annotators --results` shows how it went; name another project"
    )


def twice(title: str, named: Sequence[Project]) -> Conflict:
    """Return the error for several projects of one title."""
    which = " and ".join(project.url for project in named)
    return Conflict(f"several projects are named “{title}”: rename or delete one of {which}")


def _made(client: Client, title: str, layout: Layout, key: str, annotators: int) -> Project:
    wanted = Project(
        number=0,
        title=title,
        key=key,
        layout=layout,
        url="",
        annotators=annotators,
        config=read_config(layout).xml,
        codebooks=(current_codebook(),),
    )
    with lock_project(client, key, title, "new"):
        if meanwhile := peek_project(client, title, layout, key=key):
            return meanwhile
        with contextlib.suppress(Unclear):  # whether it was created is looked up
            _create(client, wanted, 1)
        project = peek_project(client, title, layout, key=key)
        if project is None:
            raise Unreachable(f"{client.url} did not create the project “{title}”: push again later")
    _show_claims(client, project)
    return project


def _create(client: Client, wanted: Project, part: int) -> None:
    client.create_project(
        title=part_title(wanted.title, part),
        description=description(wanted.key, wanted.layout, wanted.codebooks, part=part),
        label_config=wanted.config,
        expert_instruction=codebook_html(codebook().text),
        maximum_annotations=wanted.annotators,
        show_collab_predictions=True,  # the grey regions and the suggested sources are predictions
    )


def _show_claims(client: Client, project: Project) -> None:
    with contextlib.suppress(AnnotateError):  # a plainer list of tasks is no reason to stop
        client.create_view(project.number, task_list(project.layout))


def task_list(layout: Layout) -> dict[str, Any]:
    """Return the columns of the task list: article, words, place, annotators; no suggestion or machine data.

    Their order is Label Studio's. In both layouts all of them fit a screen of 1366 pixels, with the count of
    judged claims on the right; in the claim layout also with priority and reason, which an order brings.
    """
    words = {"article": "data.section", "claim": "data.claim"}[layout]
    shown = {"id", "total_annotations", "annotators", "data.title", "data.position", words}
    columns = [*(f"data.{name}" for name in (*TASK_FIELDS, *PASSAGE_FIELDS)), *OWN_COLUMNS]
    hidden = [f"tasks:{name}" for name in columns if name not in shown]
    return {
        "title": "Claims",
        "type": "list",
        "target": "tasks",
        "hiddenColumns": {"explore": hidden, "labeling": hidden},
        "columnsWidth": WIDTHS[layout],
        "filters": {"conjunction": "and", "items": []},
    }
