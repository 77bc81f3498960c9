"""The answers of a language model, put into the claims of an article; pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from annotate.article.claims import is_silent
from annotate.article.ids import claim_ids
from annotate.article.suggest.llm.checks import Answer, Labelled
from annotate.article.suggest.llm.questions import Question, questions_of
from annotate.labels import NEEDS_SOURCE
from annotate.model import Article, Attribution, Claim, Skip, Span, Suggestion


def questions_about(article: Article, claims: Sequence[Claim]) -> list[Question]:
    """Return what is to be asked of an article: to label its claims, and to cut those not in English."""
    kinds = ["cut" if claim.splitter == "sentences" else "label" for claim in claims]
    return questions_of(article.text, [claim.span for claim in claims], kinds)  # type: ignore[arg-type]


def with_answers(
    article: Article,
    claims: Sequence[Claim],
    skips: Sequence[Skip],
    answers: Sequence[Answer | None],
    *,
    model: str,
) -> tuple[list[Claim], list[Skip]]:
    """Return claims and skips with the answers to `questions_about` in them.

    A claim without an answer stays as it is. Together they hold the same characters as before.
    """
    made, aside = list[Claim](), list[Skip](skips)
    for claim, answer in zip(claims, answers, strict=True):
        if answer is None:
            made.append(claim)
        elif isinstance(answer, Labelled):
            made.append(_labelled(claim, answer, model))
        else:
            for part in answer:
                cut = replace(
                    claim, start=part.span.start, end=part.span.end, text=part.span.of(article.text)
                )
                if part.labelled is None:
                    aside.append(Skip(is_silent(cut.text) or "fragment", *part.span, cut.text))
                else:
                    made.append(_labelled(replace(cut, splitter="model"), part.labelled, model))
    names = claim_ids(article.article_id, [claim.text for claim in made])
    named = [
        replace(claim, index=index, claim_id=name)
        for index, (claim, name) in enumerate(zip(made, names, strict=True))
    ]
    return named, sorted(aside, key=lambda skip: skip.start)


def _labelled(claim: Claim, answer: Labelled, model: str) -> Claim:
    """Return a claim with the suggestion and the source of an answer."""
    suggestion = Suggestion(answer.label, answer.score, answer.reason, model)
    attribution = _attribution(claim, answer.source) if answer.label in NEEDS_SOURCE else None
    return replace(claim, suggestion=suggestion, attribution=attribution)


def _attribution(claim: Claim, source: Span | None) -> Attribution | None:
    """Return who carries a claim: as the rules have it, unless the model names another source."""
    known = claim.attribution
    if source is None:
        return known
    stated = [known.source, known.named] if known else []
    if any(span is not None and span.overlaps(source) for span in stated):
        return known
    return Attribution(source, None, claim.span)
