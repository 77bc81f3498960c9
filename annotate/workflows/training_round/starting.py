"""Training rounds to Label Studio: a project for each person, sent once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import annotate.report as tables
from annotate import studio
from annotate import training_round as rounds
from annotate.config import Settings, codebook, load_settings
from annotate.errors import Conflict, UsageError
from annotate.text import counted
from annotate.workflows.desk import Connection, connect
from annotate.workflows.progress import SILENT, Progress
from annotate.workflows.training_round.results import current_result, has_pages, unknown, write_key
from annotate.workflows.training_round.stocks import Source, newest_decisions, read_source

# One person is asked; with 2, a colleague who answers a section by mistake does not take it from that person.
ANNOTATORS = 2


@dataclass(frozen=True, slots=True)
class StartedRound:
    """A round of a person: where it is, its claims and sections, and how many claims were sent just now."""

    name: str
    title: str
    url: str
    number: int
    claims: int
    sections: int
    sent: int


def train_annotators(
    names: Iterable[str],
    *,
    source: str | None = None,
    again: bool = False,
    settings: Settings | None = None,
    progress: Progress = SILENT,
) -> list[StartedRound]:
    """Send decided claims to new annotators, each in a project of their own.

    It can be repeated and interrupted: a round that was sent stays as it is, and one that was broken off is
    completed.

    Args:
        names: names or e-mails of users of Label Studio.
        source: title of a project that was pulled; by default the sample article.
        again: send a further round, of other claims as far as there are some.
        settings: of the desk.
        progress: receives notes and counts.

    Raises:
        BadInput: where the project was not pulled, too few claims are decided, or nobody has one of the
            names; nothing is sent then.
        Conflict: where several people have a name, or `again` is asked for before the last round is done.
        KeyRefused, Unreachable: as `connect`.
    """
    desk, wanted = settings or load_settings(), list(dict.fromkeys(names))
    if not wanted:
        raise UsageError(
            "Missing argument NAME: annotate train-annotators NAME; `annotate studio users` lists them"
        )
    origin = read_source(source, desk)
    decided = len(origin.stock.decided)
    if decided < rounds.WANTED:
        progress.note(
            f"“{origin.title}” has {decided} decided claims: the round has {decided}, not {rounds.WANTED}."
        )
    connection = connect(desk, progress=progress)
    people = _people(connection.client, wanted)
    if not has_pages(connection, desk):
        progress.note(
            f"The pages of {connection.client.url} give no feedback after a section, which takes the local "
            "Label Studio: `annotate feedback NAME` gives it after a pull."
        )
    start = _Start(connection, origin, desk, progress)
    for number, name in people.items():  # before anything is sent
        start.refuse_open(number, name, again=again)
    return [start.one(number, name, again=again) for number, name in people.items()]


def _people(client: studio.Client, names: Iterable[str]) -> dict[int, str]:
    """Return users by number, each with a name that no other user has."""
    found = {name: studio.find_person(client, name) for name in names}
    if missing := [name for name, number in found.items() if number is None]:
        raise unknown(client, missing)
    users = {str(u["id"]): {"email": u["email"], "name": studio.full_name(u)} for u in client.users()}
    known = studio.user_names(users)
    return {number: known[number] for number in found.values() if number is not None}


@dataclass(frozen=True, slots=True)
class _Start:
    """Sends rounds from one source."""

    connection: Connection
    origin: Source
    desk: Settings
    progress: Progress

    @property
    def client(self) -> studio.Client:
        return self.connection.client

    def refuse_open(self, person: int, name: str, *, again: bool) -> None:
        """Refuse a further round while the last one has claims without an answer."""
        earlier = self._rounds(person)
        if not again or not earlier:
            return
        last = earlier[max(earlier)]
        result = current_result(self.connection, last, self.desk, self.progress)
        if result and result.passed is None:
            left = counted(result.claims - result.answered, "claim")
            raise Conflict(f"{name} has not answered {left} of “{last.title}”: leave out --again, or wait")

    def one(self, person: int, name: str, *, again: bool) -> StartedRound:
        """Send one person's round, or what is missing of it."""
        existing = self._rounds(person)
        number = max(existing, default=0) + (again or not existing)
        project, source = existing.get(number), self.origin
        folder = tables.project_folder(
            self.desk.exports,
            project.key if project else rounds.round_key(person, name, source.key, number),
        )
        there = _claims_in(self.client, project)
        record = rounds.read_round(folder)
        if project and record and {claim.claim_id for claim in record.claims} <= there:
            decided, _ = newest_decisions(record, self.desk, self.progress)
            write_key(self.connection, project, record, decided, self.desk)
            return self._outcome(record, project, sent=0)
        earlier = {id_ for n, each in existing.items() if n < number for id_ in _claims_in(self.client, each)}
        chosen = rounds.choose(source.stock, kept=there, earlier=earlier)
        training = rounds.Round(person, name, number, source.key, source.title, tuple(chosen))
        rounds.write_round(folder, training)
        opened = project or self._open(folder.name, name, number)
        write_key(self.connection, opened, training, {c.claim_id: c for c in chosen}, self.desk)
        return self._outcome(training, opened, sent=self._send(opened, training))

    def _rounds(self, person: int) -> dict[int, studio.Project]:
        """Return the rounds of a person from this source, by their numbers."""
        projects = studio.list_projects(self.client, training=True)
        numbered = {rounds.round_number(each.key, person, self.origin.key): each for each in projects}
        return {number: each for number, each in numbered.items() if number}

    def _open(self, key: str, name: str, number: int) -> studio.Project:
        titles = {str(row["title"]) for row in self.client.projects()}
        title = rounds.round_title(name, self.origin.title, number)
        if title in titles:  # two names that begin alike, or a project that lost its mark
            title = rounds.round_title(f"{key.rsplit('-', 2)[1]} {name}", self.origin.title, number)
        return studio.open_project(self.client, title, "article", annotators=ANNOTATORS, key=key)

    def _send(self, project: studio.Project, training: rounds.Round) -> int:
        chosen = {claim.claim_id for claim in training.claims}
        articles = [
            (article, [claim for claim in claims if claim.claim_id in chosen], skips)
            for article, claims, skips in self.origin.stock.articles
        ]
        terms = studio.Terms(codebook=codebook().version, suggestions="off", in_section=rounds.IN_SECTION)
        blank = studio.blank_plans([each for each in articles if each[1]], "article", terms)
        plans = studio.compare_all(self.client, project, blank)
        with self.progress.count("sending claims") as count:
            done = studio.apply_all(self.client, project, plans, progress=count)
        return sum(len(plan.to_send) for plan in done)

    def _outcome(self, training: rounds.Round, project: studio.Project, *, sent: int) -> StartedRound:
        sections, claims = self.client.task_count(project.number), len(training.claims)
        return StartedRound(
            training.name, project.title, project.url, training.number, claims, sections, sent
        )


def _claims_in(client: studio.Client, project: studio.Project | None) -> set[str]:
    """Return the ids of the claims that a round's project has."""
    tasks = client.tasks(project.number) if project else ()
    return {claim["claim_id"] for task in tasks for claim in task["data"].get("claims", ())}
