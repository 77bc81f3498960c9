"""What a person sees in the terminal: data on stdout, all else on stderr, colour only on a terminal."""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeRemainingColumn,
)
from rich.table import Table
from rich.text import Text

from annotate.model import Article, Attribution, Claim, Decision, Skip

if TYPE_CHECKING:
    from annotate.archive import Counts
    from annotate.report import Adjudication, Learnt
    from annotate.studio import Aim, Check, Hotkeys, Plan

PLAIN_WIDTH = 140
SHOWN_THINGS = 5  # of tasks or claims in a line
# What a terminal acts on instead of showing it: control characters, and those that turn the text around.
UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def visible(words: str) -> str:
    r"""Show by its code each character that a terminal would act on.

    >>> visible("a\x1b[31m red \u202e txet")
    'a<U+001B>[31m red <U+202E> txet'
    """
    return UNSEEN.sub(lambda found: f"<U+{ord(found[0]):04X}>", words)


def note(words: str) -> None:
    """Say something to the person at the terminal (stderr)."""
    Console(stderr=True, highlight=False, soft_wrap=True).print(escape(visible(words)))


def complain(words: str) -> None:
    """Print an error (stderr), the first word in red on a terminal."""
    Console(stderr=True, highlight=False, soft_wrap=True).print(
        f"[bold red]annotate:[/] {escape(visible(words))}"
    )


def data(words: str) -> None:
    """Print data (stdout), as it is."""
    sys.stdout.write(words)


class _Rate(ProgressColumn):
    """How many a second, of late."""

    def render(self, task: Task) -> Text:
        """Return the words; none before there is a rate."""
        return Text(f"{task.speed:,.0f}/s" if task.speed else "", style="progress.data.speed")


@contextmanager
def progress_bar(what: str) -> Iterator[Callable[[int, int], None]]:
    """Show a bar with rate and time left on a terminal, nothing elsewhere; give what takes (done, total)."""
    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        _Rate(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(what, total=None)
        last = ""

        def tell(done: int, total: int) -> None:
            nonlocal last
            last = f"after {done:,} of {total:,} {what.rsplit(maxsplit=1)[-1]}"
            bar.update(task, completed=done, total=total)

        with _telling_where(lambda: last):
            yield tell


@contextmanager
def _telling_where(words: Callable[[], str]) -> Iterator[None]:
    """Have a Ctrl-C say where it stopped."""
    try:
        yield
    except KeyboardInterrupt:
        raise KeyboardInterrupt(words()) from None


def progress(counts: Mapping[str, int]) -> None:
    """Say how many claims are settled, disputed, and waiting."""
    total, told = sum(counts.values()), ", ".join(f"{count} {state}" for state, count in counts.items())
    note(f"{total} {'claim' if total == 1 else 'claims'}: {told}.")


def read_anew(anew: int, total: int) -> None:
    """Say how much of a project a pull read, where that was not all."""
    if anew < total:
        note(f"{anew:,} of {total:,} tasks changed since the last pull and were read (--full reads all).")


def moved(before: str, after: str, *, why: str) -> None:
    """Say that the local Label Studio has another address than the links in sheets."""
    note(
        f"Label Studio moved from {before} to {after}{', since ' * bool(why)}{why}. Links in sheets and "
        "pages lead there once `annotate report` has written them anew (--project names one of several)."
    )


@contextmanager
def waiting(words: str) -> Iterator[Callable[[str], None]]:
    """Show that something goes on: a turning sign with the latest words on a terminal, one line elsewhere."""
    console = Console(stderr=True, highlight=False)
    doing = words.rstrip(" .")
    with _telling_where(lambda: f"while {doing[:1].lower()}{doing[1:]}"):
        if not console.is_terminal:
            note(words)
            yield lambda more: None
            return
        with console.status(escape(words)) as status:
            yield lambda more: status.update(escape(more))


def languages(article: Article, claims: Sequence[Claim]) -> None:
    """Say which claims of an article were cut by sentences, because they are not in English."""
    foreign = sorted({claim.language for claim in claims if claim.splitter == "sentences"})
    count = sum(claim.splitter == "sentences" for claim in claims)
    if foreign:
        told = f"{count} of {len(claims)} claims are not in English ({', '.join(foreign)})"
        note(f"{article.article_id}: {told}: they are whole sentences, without suggestions.")


def archive(kept: Counts, now: Counts, *, changed: int, place: str) -> None:
    """Say what an archive holds now, how much of it was done before, and where the broken articles stand."""
    data(f"{now.articles:,} articles, {now.claims:,} claims, {now.set_aside:,} articles set aside\n")
    if kept.articles:
        note(f"{kept.articles:,} of the articles were done before and stay as they are.")
    if changed:
        note(f"{changed:,} files were made anew: an article in them was changed since.")
    if now.set_aside:
        note(f"What was set aside, and why, stands in {place}; --again tries it again.")


def claims_table(parts: Iterable[Claim | Skip], *, text: str) -> None:
    """Print claims (and skips) as a table; `text` is the article's, for the words of a source."""
    rows = [_skip_cells(part) if isinstance(part, Skip) else _claim_cells(part, text) for part in parts]
    if not rows:
        return
    console = _plain_console()
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column("#", justify="right", style="dim")
    table.add_column("claim", ratio=1)
    table.add_column("suggestion", no_wrap=True)
    table.add_column("source", max_width=32)
    for row in rows:
        table.add_row(*row)
    console.print(table)


def _claim_cells(claim: Claim, text: str) -> tuple[str, ...]:
    found = claim.suggestion
    suggestion = f"{_label_cell(found.label)} {found.score:.2f}" if found else ""
    named = _source_cell(claim.attribution, text) if claim.attribution else ""
    return str(claim.index + 1), escape(_one_line(claim.text)), suggestion, escape(named)


def _label_cell(label: str) -> str:
    """Return a label's name in its colour."""
    from annotate.labels import SPECS  # noqa: PLC0415 - read where it is needed, so that --help needs no file

    colours = {spec.name: spec.terminal for spec in SPECS}
    return f"[{colours[label]}]{label}[/]"


def _source_cell(found: Attribution, text: str) -> str:
    """Return the words of a source; of a pronoun the name with it."""
    words = _one_line(found.source.of(text)) if found.source else ""
    return f"{_one_line(found.named.of(text))} ({words})" if found.named else words


def _skip_cells(skip: Skip) -> tuple[str, ...]:
    return "–", f"[dim]{escape(_one_line(skip.text))}[/]", f"[dim]skipped: {skip.kind}[/]", ""


def users_table(
    users: Mapping[int, str],
    projects: Mapping[str, tuple[int, Mapping[int | str, tuple[str, int, int]]]],
) -> None:
    """Print who logs in as what, with the claims of each project that each has labelled and skipped.

    Annotators who no longer log in come last, by name, in the projects that hold answers of theirs.
    """
    table = Table("log in", "project", "labelled", "skipped", box=None, pad_edge=False, header_style="bold")
    done = [(key, name) for _, people in projects.values() for key, (name, _, _) in people.items()]
    left = dict(sorted(((key, name) for key, name in done if key not in users), key=lambda one: one[1]))
    for key, shown in [*users.items(), *left.items()]:
        rows = [
            (title, total, *people.get(key, ("", 0, 0))[1:])
            for title, (total, people) in projects.items()
            if key in people or key in users
        ]
        for at, (title, total, labelled, skipped) in enumerate(rows or [("–", 0, 0, 0)]):
            table.add_row("" if at else escape(shown), escape(title), f"{labelled} of {total}", str(skipped))
    _plain_console().print(table)


def check(made: Check) -> None:
    """Print one check of `annotate doctor`: its state, what was found, and what to do."""
    todo = f": {made.todo}" if made.todo else ""
    data(f"{made.state:<8} {_one_line(f'{made.what}: {made.found}{todo}')}\n")


def hotkeys(told: Hotkeys) -> None:
    """Say which keys do what, and which could not be bound."""
    keys = [f"{key} {does}" for does, key in [*told.bound.items(), *told.kept.items()]]
    note(f"Keys: {', '.join([*keys, '1 2 3 the labels', '0 none'])}.")
    for does, why in told.failed.items():
        note(f"The key for “{does}” is not bound: {why}.")


def aim(told: Aim) -> None:
    """Say under which other ids articles go on or are sent, and that a project's copies get nothing."""
    for given, made in zip(told.given, told.plans, strict=True):
        now = made.article.article_id
        if now == given:
            continue
        if not made.held:
            note(f"“{given}” is sent as another article, “{now}”.")
        elif re.fullmatch(rf"{re.escape(given)}-\d+", now):
            note(f"The claims of “{given}” stand here as article “{now}”: taken as that one.")
        else:
            why = "taken as the same; --new-article sends them as another"
            note(f"The claims of “{given}” stand in “{told.title}” as article “{now}”: {why}.")
    if project := told.project:
        for copy in project.copies:
            note(f"“{copy.title}” ({copy.url}) is a copy of “{project.title}”: claims go to that one alone.")


def plan(made: Plan, *, title: str, dry_run: bool) -> None:
    """Print what a push would do, or does: the counts, what became of each reworded claim, and drift."""
    kinds = Counter(change.kind for change in made.changed)
    counts = {"new": len(made.new), "unchanged": len(made.unchanged), "changed": kinds["changed"]}
    counts |= {kind: kinds[kind] for kind in ("split", "merged") if kinds[kind]} | {"gone": len(made.gone)}
    told = ", ".join(f"{count} {kind}" for kind, count in counts.items())
    data(f"{_one_line(title)}: {told}{' (dry run: nothing is sent)' if dry_run else ''}\n")
    for change in made.changed:
        for claim in change.before:
            data(f"  {change.kind}{_answered(made, claim)}: {_one_line(claim.text)}\n")
        for claim in change.after:
            data(f"       to: {_one_line(claim.text)}\n")
    for claim in made.gone:
        data(f"  gone{_answered(made, claim)}: {_one_line(claim.text)}\n")
    for drift in made.drift:
        data(f"  {DRIFTS[drift.kind]}: {_some(drift.tasks or drift.claims)}{_lost(drift.answers)}\n")


def shown(left: int) -> None:
    """Say that annotators are shown all claims again; `left` tasks have data that somebody spoiled."""
    spoiled = f", but for {left} tasks edited by hand: push their articles with --force" if left else ""
    note(f"Every claim is shown to annotators again{spoiled}.")


# What somebody did by hand, in words; what `--force` does about it stands in the error that follows.
DRIFTS = {
    "edited": "edited in Label Studio, task",
    "doubled": "the same claims as in other tasks, task",
    "deleted": "deleted in Label Studio, claim",
}


def _answered(made: Plan, claim: Claim) -> str:
    """Say how many answers stay with the old words."""
    count = made.answers.get(claim.claim_id, 0)
    return (
        f" ({count} answer{'' if count == 1 else 's'} stay{'s' if count == 1 else ''} with the old words)"
        if count
        else ""
    )


def _some(things: Sequence[object]) -> str:
    more = f" and {len(things) - SHOWN_THINGS} more" if len(things) > SHOWN_THINGS else ""
    return ", ".join(str(thing) for thing in things[:SHOWN_THINGS]) + more


def _lost(answers: int) -> str:
    return f" (with {answers} answer{'' if answers == 1 else 's'})" if answers else ""


def adjudication(told: Adjudication, sheet: str, claims: Mapping[str, str]) -> None:
    """Print what a sheet comes to: counts, decisions by label, refused rows with their reasons."""
    counts = f"{len(told.accepted)} accepted, {told.unchanged} unchanged, {len(told.refused)} refused"
    data(f"{sheet}: {counts}\n")
    for decision in told.accepted:
        data(f"  {_decided(decision)}: {_one_line(claims[decision.claim_id])}\n")
    for refusal in told.refused:
        data(f"  refused: row {refusal.row}, {refusal.why}\n")
    for name in told.unchecked:
        note(f"The sheet has no column {name}: what changed there since the export was not checked.")


def _decided(decision: Decision) -> str:
    """Say what is decided of a claim: a label or none, then the fields that go with it."""
    said = decision.label or ("taken back" if decision.fields is None else "noted")
    fields = (f"{name} “{_one_line(words)}”" for name, words in (decision.fields or {}).items())
    return ", ".join((said, *fields))


def evaluation(told: Mapping[str, Any], title: str) -> None:
    """Print what `annotate evaluate` found: the cut, the suggestions by label, the sources."""
    cut, sources = told["cut"], told["sources"]
    table = Table(
        "", "claims", "right", "precision", "recall", "F", box=None, pad_edge=False, header_style="bold"
    )
    for column in table.columns[1:]:
        column.justify = "right"
    table.add_row("claims as cut", str(cut["judged"]), str(cut["kept"]), *_percents(cut))
    parts = {"suggestions": told["suggestions"], "suggestions nobody saw": told["hidden"]}
    for name, figures in parts.items():
        if not figures["claims"]:
            continue
        table.add_row(
            name, str(figures["claims"]), str(figures["right"]), "", "", _percent(figures["macro_f1"])
        )
        for label, row in figures["by_label"].items():
            counts = (str(row["given"]), str(row["right"]))
            table.add_row(f"  {_label_cell(label)}", *counts, *_percents(row))
    table.add_row(
        "sources", str(sources["claims"]), str(sources["right"]), "", _percent(sources["share"]), ""
    )
    data(f"{_one_line(title)}, as judged by {_some(told['people'])}\n\n")
    _plain_console().print(table)
    error = told["suggestions"]["calibration_error"]
    changed = "; ".join(f"claims {what}: {cut[what]}" for what in ("merged", "dropped", "added"))
    data(f"\nEdges moved: {cut['moved']}; {changed}.\n")
    data(f"Sources: {sources['other']} were others, {sources['missed']} were not found, ")
    data(f"{sources['unneeded']} found where the desk sees no report.\n")
    if error is not None:
        data(f"A suggestion's score is off by {100 * error:.0f} points on average (calibration error).\n")
    if not told["hidden"]["claims"]:
        note("Every suggestion was shown, and people lean on what they are shown: push with --blind 0.2.")


def _percents(row: Mapping[str, float | None]) -> tuple[str, ...]:
    return tuple(_percent(row[name]) for name in ("precision", "recall", "f"))


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{100 * share:.0f} %"


def _plain_console() -> Console:
    """Return a console for tables, wide where it is no terminal."""
    console = Console(highlight=False)
    return console if console.is_terminal else Console(highlight=False, width=PLAIN_WIDTH)


def _one_line(words: str) -> str:
    return visible(" ".join(words.split()))


def learnt(found: Learnt) -> None:
    """Print what the desk's judgements taught: what it was fitted on, and both figures on claims held out."""
    low, high = (f"{100 * end:+.1f}" for end in found.interval)
    folds = f"whole articles of {found.articles}" if found.articles else "single claims"
    data(
        f"{found.taught} claims taught it, {found.unseen} of them showed no suggestion; "
        f"{found.compared} compared ({folds} held out)\n"
    )
    if found.left_out:
        data(f"{found.left_out} claims are left out: the model does not suggest their label\n")
    data(f"macro-F1  {found.shipped} {100 * found.before:.1f}  desk {100 * found.after:.1f}")
    data(f"  gain {100 * (found.after - found.before):+.1f} (95 % interval {low} to {high})\n")
