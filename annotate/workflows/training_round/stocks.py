"""The decided claims that a training round is made from, and what is decided of them now."""

from __future__ import annotations

from dataclasses import dataclass

import annotate.report as tables
from annotate import training_round as rounds
from annotate.article import extract, read_article
from annotate.config import Settings, cases_in, codebook, config_text, sample_article
from annotate.errors import AnnotateError, BadInput
from annotate.text import counted, display_path
from annotate.workflows.progress import Progress

SAMPLE_TITLE = "Sample article"


@dataclass(frozen=True, slots=True)
class Source:
    """Where a round's claims are from: the key of a project, empty for the sample article, and its title."""

    key: str
    title: str
    stock: rounds.Stock


def read_source(project: str | None, desk: Settings) -> Source:
    """Return the decided claims of a project that was pulled; without one, those of the sample article.

    Raises:
        BadInput: where the project was not pulled, or fewer claims are decided than a round needs.
        Conflict: where the title fits several projects, or is that of a training round.
        UsageError: where the answers to the sample article cannot be used.
    """
    source = _of_project(project, desk) if project is not None else _of_sample()
    decided = len(source.stock.decided)
    if decided < rounds.FEWEST:
        more = "decide more with `annotate review`, then `annotate pull`; or leave out --from"
        more = more if source.key else "add more to configs/training.toml, or name a project with --from"
        raise BadInput(
            f"“{source.title}” has {counted(decided, 'decided claim')}, and a training round needs at least "
            f"{rounds.FEWEST}: {more}"
        )
    return source


def newest_decisions(
    training: rounds.Round, desk: Settings, progress: Progress
) -> tuple[dict[str, rounds.DecidedClaim], list[str]]:
    """Return by claim id what is decided now of the claims of a round, and sentences on what changed since.

    What cannot be read any more counts as it was when the round was sent.
    """
    sent = {claim.claim_id: claim for claim in training.claims}
    try:
        stock = (_of_project(training.source, desk) if training.source else _of_sample()).stock
    except AnnotateError as error:
        progress.note(f"The decisions on {training.name}'s round are as they were sent: {error}")
        return sent, []
    now = {claim_id: stock.decided.get(claim_id, claim) for claim_id, claim in sent.items()}
    changed = sum(now[claim_id].label != claim.label for claim_id, claim in sent.items())
    gone = sum(claim_id not in stock.decided for claim_id in sent)
    notes = []
    if changed:
        notes.append(
            f"{training.name}: {counted(changed, 'claim')} decided otherwise since the round was sent: the "
            "newest decision counts."
        )
    if gone:
        notes.append(
            f"{training.name}: {counted(gone, 'claim')} of the round no longer decided, or no longer in the "
            "article: the decision of when it was sent counts."
        )
    return now, notes


def _of_project(project: str, desk: Settings) -> Source:
    folder = tables.pulled_folder(desk.exports, project)
    answers = tables.read_answers(tables.read_raw(folder))
    cases = cases_in(codebook().text)
    stock = rounds.decided_claims(answers, cases, method=desk.consensus)
    return Source(folder.name, answers.project.title, stock)


def _of_sample() -> Source:
    path = sample_article()
    if not path.is_file():
        raise BadInput(f"{display_path(path)} is missing: install claimdesk again, or give --from PROJECT")
    article = read_article(path)
    stock = rounds.sample_stock(article, *extract(article), config_text("training.toml"))
    return Source("", SAMPLE_TITLE, stock)
