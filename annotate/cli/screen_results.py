"""The results of workflows, printed: tables, counts, plans, and what goes on meanwhile."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING

import typer
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from annotate.cli import screen, screen_tables
from annotate.cli.memory.cards import below_table, json_lines
from annotate.cli.order import cards as order_cards
from annotate.cli.screen import data, note, one_line
from annotate.errors import BadInput
from annotate.model import Attribution, Claim, Decision, Skip
from annotate.text import counted, display_path
from annotate.workflows import Progress, extraction_frame, in_order, no_claims

if TYPE_CHECKING:
    from annotate.order import Placed
    from annotate.report import Adjudication
    from annotate.studio import Check, Hotkeys, Plan, Server, Unshown
    from annotate.workflows import (
        AdjudicationResult,
        ArchiveResult,
        Confirm,
        Evaluation,
        Extracted,
        LearnResult,
        PullResult,
        PushedArticle,
        PushResult,
        Recall,
        ReportResult,
        UsersResult,
    )

SHOWN_THINGS = 5  # of tasks or claims in a line


class Terminal(Progress):
    """A workflow's progress on the terminal."""

    def note(self, message: str) -> None:
        """Print a message."""
        note(message)

    def count(self, action: str) -> AbstractContextManager[Callable[[int, int], None]]:
        """Show a progress bar."""
        return screen_tables.progress_bar(action)

    def wait(self, action: str) -> AbstractContextManager[Callable[[str], None]]:
        """Show that something goes on."""
        return screen.waiting(action)

    def planned(self, plan: Plan, *, title: str, dry_run: bool) -> None:
        """Print the counts, what became of each reworded claim, and what was changed by hand."""
        kinds = Counter(change.kind for change in plan.changed)
        counts = {"new": len(plan.new), "unchanged": len(plan.unchanged), "changed": kinds["changed"]}
        counts |= {kind: kinds[kind] for kind in ("split", "merged") if kinds[kind]} | {
            "gone": len(plan.gone)
        }
        words = ", ".join(f"{count} {kind}" for kind, count in counts.items())
        data(f"{one_line(title)}: {words}{' (dry run: nothing is sent)' if dry_run else ''}\n")
        for change in plan.changed:
            for claim in change.before:
                data(f"  {change.kind}{_answered(plan, claim)}: {one_line(claim.text)}\n")
            for claim in change.after:
                data(f"       to: {one_line(claim.text)}\n")
        for claim in plan.gone:
            data(f"  gone{_answered(plan, claim)}: {one_line(claim.text)}\n")
        for drift in plan.drift:
            lost = f" (with {counted(drift.answers, 'answer')})" if drift.answers else ""
            data(f"  {DRIFTS[drift.kind]}: {_first(drift.tasks or drift.claims)}{lost}\n")

    def ordered(self, claims: Sequence[Placed]) -> None:
        """Print the claims that would be sent, in their order."""
        order_cards.ordered(claims)

    def hidden(self, unshown: Unshown) -> None:
        """Print what annotators are not shown."""
        data(f"  {unshown}: a push repairs it\n")

    def pushed(self, article: PushedArticle) -> None:
        """Print what was sent."""
        data(f"{counted(article.sent, 'claim')} sent, {article.unchanged} already there: {article.url}\n")

    def reviewed(self, review: Adjudication, *, sheet: str, claims: Mapping[str, str]) -> None:
        """Print counts, decisions by label, and refused rows with their reasons."""
        counts = (
            f"{len(review.accepted)} accepted, {review.unchanged} unchanged, {len(review.refused)} refused"
        )
        data(f"{sheet}: {counts}\n")
        for decision in review.accepted:
            data(f"  {_decided(decision)}: {one_line(claims[decision.claim_id])}\n")
        for refusal in review.refused:
            data(f"  refused: row {refusal.row}, {refusal.why}\n")
        for name in review.unchecked:
            note(f"The sheet has no column {name}: what changed there since the export was not checked.")


TERMINAL = Terminal()

# What somebody did by hand, in words; what `--force` does about it is said in the error that follows.
DRIFTS = {
    "edited": "edited in Label Studio, task",
    "doubled": "the same claims as in other tasks, task",
    "deleted": "deleted in Label Studio, claim",
}


def confirm() -> Confirm | None:
    """Return what asks the person at the terminal, where there is one."""
    return (lambda question: typer.confirm(question, err=True)) if sys.stdin.isatty() else None


def _answered(plan: Plan, claim: Claim) -> str:
    """Say how many answers stay with the old words."""
    count = plan.answers.get(claim.claim_id, 0)
    stay = "stays" if count == 1 else "stay"
    return f" ({counted(count, 'answer')} {stay} with the old words)" if count else ""


def _first(things: Sequence[object]) -> str:
    more = f" and {len(things) - SHOWN_THINGS} more" if len(things) > SHOWN_THINGS else ""
    return ", ".join(str(thing) for thing in things[:SHOWN_THINGS]) + more


def _decided(decision: Decision) -> str:
    """Say what is decided of a claim: a label or none, then the fields that go with it."""
    label = decision.label or ("taken back" if decision.fields is None else "noted")
    fields = (f"{name} “{one_line(words)}”" for name, words in (decision.fields or {}).items())
    return ", ".join((label, *fields))


# --------------------------------------------------------------------------- articles


def claims(extracted: Iterable[Extracted], *, form: str, skips: bool, name: str, recall: Recall) -> None:
    """Print claims, and skips where they are wanted, as table, JSON lines or CSV, with what `recall` finds.

    Raises:
        BadInput: where there is no claim in the articles of this `name`.
    """
    count, is_read = 0, False
    rows: list[Extracted] = []
    aside: list[Skip] = []
    for article, claims, skipped in extracted:
        is_read = True
        count += len(claims)
        aside += () if count else skipped
        parts = in_order(claims, skipped if skips else ())
        if form == "table":
            _claims_table(parts, text=article.text)
            below_table(claims, recall.of_article(article, claims))
        elif form == "jsonl":
            json_lines(parts, article, recall)
        else:
            rows.append((article, claims, skipped))
    if is_read and not count:
        raise no_claims(name, aside)
    if rows:
        from annotate.report import BOM, csv_text

        data(BOM + csv_text(extraction_frame(rows, skips=skips)))


def _claims_table(parts: Iterable[Claim | Skip], *, text: str) -> None:
    """Print a table; `text` is the article's, for the words of a source."""
    rows = [_skip_cells(part) if isinstance(part, Skip) else _claim_cells(part, text) for part in parts]
    if not rows:
        return
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column("#", justify="right", style="dim")
    table.add_column("claim", ratio=1)
    table.add_column("suggestion", no_wrap=True)
    table.add_column("source", max_width=32)
    for row in rows:
        table.add_row(*row)
    screen_tables.table(table)


def _claim_cells(claim: Claim, text: str) -> tuple[Text, ...]:
    """Return the cells of a claim: as texts, in which neither brackets nor emoji codes are read."""
    proposed = claim.suggestion
    suggestion = (
        Text.assemble(screen_tables.label_cell(proposed.label), f" {proposed.score:.2f}")
        if proposed
        else Text()
    )
    source = _source_cell(claim.attribution, text) if claim.attribution else ""
    return Text(str(claim.index + 1)), Text(one_line(claim.text)), suggestion, Text(source)


def _source_cell(attribution: Attribution, text: str) -> str:
    """Return the words of a source; of a pronoun the name with it."""
    words = one_line(attribution.source.of(text)) if attribution.source else ""
    return f"{one_line(attribution.named.of(text))} ({words})" if attribution.named else words


def _skip_cells(skip: Skip) -> tuple[Text, ...]:
    return Text("–"), Text(one_line(skip.text), "dim"), Text(f"skipped: {skip.kind}", "dim"), Text()


def archive(archive: ArchiveResult) -> None:
    """Print what an archive holds, how much of it was complete before, and where unusable articles are named.

    Raises:
        BadInput: where not one article could be used.
    """
    counts, place = archive.counts, display_path(archive.set_aside)
    articles, claims = counted(counts.articles, "article"), counted(counts.claims, "claim")
    data(f"{articles}, {claims}, {counted(counts.set_aside, 'article')} set aside\n")
    if archive.earlier.articles:
        note(f"Complete from an earlier run: {counted(archive.earlier.articles, 'article')}.")
    if archive.changed:
        note(f"Written again because an article in it changed: {counted(archive.changed, 'file')}.")
    if counts.set_aside:
        note(f"{place} lists the articles that were set aside, and why; --again tries them again.")
    if counts.set_aside == counts.articles:
        raise BadInput(f"not one article could be used: see {place}")


def pushed(result: PushResult, *, auto_advance: bool) -> None:
    """Print where the local Label Studio is, and the keys that the desk's script gives its pages."""
    if result.server:
        does = "label a claim and go on" if auto_advance else "label a claim"
        note(f"Keys: {_digits()} {does}, j k next and back, 0 no label, f submit; the page names the others.")
        server(result.server)


# --------------------------------------------------------------------------- Label Studio


def server(server: Server) -> None:
    """Print the address of the local Label Studio, and how to log in."""
    data(f"Label Studio runs at {server.url}\n")
    place = f"{display_path(server.home)}/credentials.json"
    data(f"Log in as {server.credentials.email}; the password is in {place}\n")


def hotkeys(hotkeys: Hotkeys) -> None:
    """Print which keys do what on a page without the desk's script, and which could not be bound."""
    keys = [f"{key} {action}" for action, key in [*hotkeys.bound.items(), *hotkeys.kept.items()]]
    note(f"Keys: {', '.join([*keys, f'{_digits()} the labels', '0 none'])}.")
    for action, why in hotkeys.failed.items():
        note(f"The key for “{action}” is not bound: {why}.")


def _digits() -> str:
    from annotate.labels import SPECS

    return " ".join(spec.hotkey for spec in SPECS)


def users(result: UsersResult) -> None:
    """Print who logs in as what, with the claims of each project that each has judged and skipped.

    Annotators who no longer log in come last, by name, in the projects that hold answers of theirs.
    """
    table = Table("log in", "project", "judged", "skipped", box=None, pad_edge=False, header_style="bold")
    names = {key: done.name for _, people in result.projects.values() for key, done in people.items()}
    former = sorted((item for item in names.items() if item[0] not in result.users), key=lambda item: item[1])
    for key, name in [*result.users.items(), *former]:
        rows = [
            (title, *people.get(key, ("", 0, sent, 0))[1:])
            for title, (sent, people) in result.projects.items()
            if key in people or key in result.users
        ]
        for at, (title, judged, claims, skipped) in enumerate(rows or [("–", 0, 0, 0)]):
            table.add_row("" if at else escape(name), escape(title), f"{judged} of {claims}", str(skipped))
    screen_tables.table(table)


def check(check: Check) -> None:
    """Print one check of `annotate doctor`: its state, what it is about, and what to do."""
    advice = f": {check.todo}" if check.todo else ""
    data(f"{check.state:<8} {one_line(f'{check.what}: {check.finding}{advice}')}\n")


# --------------------------------------------------------------------------- answers


def paths(paths: Iterable[Path]) -> None:
    """Print the paths of files that were written."""
    for path in paths:
        data(f"{display_path(path.absolute())}\n")


def pulled(result: PullResult) -> None:
    """Print what was counted, and where it is."""
    data(f"{result.summary} -> {display_path(result.folder.absolute())}/judgements.csv\n")


def adjudicated(result: AdjudicationResult, *, sheet: str) -> None:
    """Print how many decisions are in Label Studio.

    Raises:
        BadInput: where rows of the sheet were refused.
    """
    if result.written:
        count = len(result.review.accepted)
        data(f"{count} written into “{result.title}”: `annotate report` shows them\n")
    if refused := len(result.review.refused):
        rows = f"{counted(refused, 'row')} refused"
        raise BadInput(f"{sheet}: {rows}: correct what is said above, and run the same command again")


def report(result: ReportResult) -> None:
    """Print the files of a report, and how many claims are settled, disputed and waiting."""
    paths(result.paths)
    counts: Mapping[str, int] = result.figures["by_progress"]
    total, states = sum(counts.values()), ", ".join(f"{count} {state}" for state, count in counts.items())
    note(f"{counted(total, 'claim')}: {states}.")


def evaluation(result: Evaluation, *, form: str) -> None:
    """Print what `annotate evaluate` measured: boundaries, suggestions by label, sources."""
    figures = result.figures
    if form == "json":
        data(json.dumps(figures, ensure_ascii=False, indent=2) + "\n")
        return
    cut, sources = figures["cut"], figures["sources"]
    data(f"{one_line(result.title)}, as judged by {_first(figures['people'])}\n\n")
    screen_tables.table(screen_tables.evaluation(figures))
    changed = "; ".join(f"claims {what}: {cut[what]}" for what in ("merged", "dropped", "added"))
    data(f"\nEdges moved: {cut['moved']}; {changed}.\n")
    data(f"Sources: {sources['other']} different, {sources['missed']} not found, ")
    data(f"{sources['unneeded']} given where the desk sees no report.\n")
    calibration = figures["suggestions"]["calibration_error"]
    if calibration is not None:
        data(
            f"A suggestion's score is off by {100 * calibration:.0f} points on average (calibration error).\n"
        )
    if compared := figures.get("suggesters"):
        data("\nSuggesters on these claims:\n")
        screen_tables.table(screen_tables.suggesters(compared))
    if not figures["hidden"]["claims"]:
        note("Every suggestion was shown, and people lean on what they are shown: push with --blind 0.2.")


def learnt(result: LearnResult, *, dry_run: bool) -> None:
    """Print what the desk's judgements taught, both figures on claims held out, and what is kept."""
    learnt = result.learnt
    low, high = (f"{100 * end:+.1f}" for end in learnt.interval)
    folds = f"whole articles of {learnt.articles}" if learnt.articles else "single claims"
    data(
        f"trained on {counted(learnt.taught, 'claim')}, {learnt.unseen} of them without a suggestion shown; "
        f"compared on {learnt.compared} ({folds} held out)\n"
    )
    if learnt.left_out:
        data(f"left out: {counted(learnt.left_out, 'claim')} with a label that the model does not suggest\n")
    data(
        f"macro-F1  {learnt.shipped} {100 * learnt.before:.1f}  desk {100 * learnt.after:.1f}"
        f"  gain {100 * (learnt.after - learnt.before):+.1f} (95 % interval {low} to {high})\n"
    )
    if result.kept:
        data(f"kept: {learnt.name} -> {display_path(result.kept)}\n")
    elif learnt.better and dry_run:
        data(f"would be kept as {learnt.name}\n")
    else:
        why = "the gain may be chance" if learnt.after > learnt.before else "it suggests no better"
        in_use = f"what {display_path(result.in_use)} holds" if result.in_use else learnt.shipped
        data(f"not kept: {why}; suggestions stay with {in_use}\n")
