"""Labels of another tool, which become judgements of a named person in Label Studio."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import annotate.report as tables
from annotate import studio
from annotate.config import LONGEST_NAME, Settings, load_settings
from annotate.errors import BadInput, UsageError
from annotate.workflows.desk import connect
from annotate.workflows.importing.files import label_files
from annotate.workflows.progress import SILENT, Progress
from annotate.workflows.pulling import pull_after


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What labels of another tool became in the project `title`.

    `form` is their format, `person` the name whose judgements they are; `is_new` says that nobody in Label
    Studio had this name. `counts` has how many judgements are `written` now, were there `before`, and were
    not written because the person has `another` answer; it is empty in a dry run.
    """

    title: str
    form: str
    person: str
    is_new: bool
    matched: tables.Matched
    dry_run: bool
    counts: Mapping[str, int] = field(default_factory=dict)


def import_labels(
    path: Path | str,
    *,
    person: str,
    project: str | None = None,
    label_map: Sequence[str] = (),
    form: str = "",
    by: str = "",
    dry_run: bool = False,
    settings: Settings | None = None,
    progress: Progress = SILENT,
) -> ImportResult:
    """Write labels of another tool into Label Studio as a person's judgements, then pull.

    A span becomes a judgement where it has the words of a claim at the claim's place in the article. It can
    be run again: a judgement that is there is not written a second time, and no other answer of the person
    is written over.

    Args:
        path: a file, or a folder of them: brat's .txt and .ann, doccano's JSONL, Label Studio's JSON.
        person: the name or e-mail of whose judgements they are; who has none gets an account there with
            which nobody can log in.
        project: its title; not needed where there is only one.
        label_map: pairs such as `Fact=checkable_fact`; `ignore` in the place of a label leaves spans out.
        form: the format; by default it is recognised.
        by: only labels of this person, as the files name them.
        dry_run: compare, and write nothing.

    Raises:
        UsageError: where a pair or the format does not exist, or the name cannot be one.
        BadInput: where a file cannot be read, a label is unknown, or the labels are of several people.
        Conflict: where a title or an e-mail is needed to choose.
    """
    desk, labels, name = settings or load_settings(), tables.parse_label_map(label_map), _name(person)
    found, texts = tables.read_labels(label_files(Path(path)), form=form)
    texts = _of_one_person(texts, by)
    if not any(text.spans for text in texts):
        raise BadInput(f"{path}: no labelled span in {found} files: was the work exported there?")
    connection = connect(desk, progress=progress)
    client, match = connection.client, studio.find_project(connection.client, project)
    folder = tables.project_folder(desk.exports, match.key)
    with progress.wait(f"Comparing with the claims of “{match.title}” ..."):
        raw = studio.pull_project(client, match, before=tables.LastPull(folder))
        answers = tables.read_answers(raw)
        matched = tables.match_labels(texts, answers, labels, rulings=studio.rulings_offered(match))
        number = studio.find_person(client, name)
    result = ImportResult(match.title, found, name, number is None, matched, dry_run)
    if dry_run or not matched.matches:
        return result
    number = studio.add_person(client, name) if number is None else number
    tasks = dict(zip(answers.claims["claim_id"], answers.claims["task_id"], strict=True))
    given = [
        studio.Answer(int(tasks[m.claim_id]), m.claim_id, m.label, m.source, m.ruling)
        for m in matched.matches
    ]
    origin = f"{found}: {Path(path).name}"
    with progress.count("writing judgements") as count:
        counts = studio.record_answers(
            client, match, raw["tasks"], given, person=number, origin=origin, progress=count
        )
    pull_after(folder, connection, match, desk, progress, saved="The judgements are saved")
    return replace(result, counts={name: counts[name] for name in ("written", "before", "another")})


def _name(person: str) -> str:
    """Return a name or e-mail of a person.

    Raises:
        UsageError: where it is empty, too long, or not in one line.
    """
    words = " ".join(person.split())
    if not words or not words.isprintable() or len(words) > LONGEST_NAME:
        raise UsageError(f"--as takes the name of a person, of at most {LONGEST_NAME} characters")
    return words


def _of_one_person(texts: Iterable[tables.LabelledText], by: str) -> list[tables.LabelledText]:
    """Return the labels of one person, of those that the files name.

    Raises:
        BadInput: where they name several and none is chosen, or not the chosen one.
    """
    read = list(texts)
    people = sorted({span.by for text in read for span in text.spans} - {""})
    named = ", ".join(people) or "nobody"
    if by and by not in people:
        raise BadInput(f"the labels are not by {by}, but by {named}: name one of them with --by")
    if not by and len(people) > 1:
        raise BadInput(
            f"the labels are by several people ({named}): name one with --by, and who it is with --as"
        )
    return [replace(text, spans=tuple(s for s in text.spans if not by or s.by == by)) for text in read]
