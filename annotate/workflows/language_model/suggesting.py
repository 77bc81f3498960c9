"""Articles past a language model: what it takes is shown and limited, then it is asked, then counted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain, islice

from annotate.article import suggester
from annotate.article.suggest.llm import (
    Answers,
    Estimate,
    LanguageModel,
    Question,
    Tokens,
    questions_about,
    with_answers,
)
from annotate.errors import UsageError
from annotate.model import Article, Claim, Skip
from annotate.text import counted
from annotate.transport import is_local
from annotate.workflows.language_model.opening import place_of
from annotate.workflows.progress import Progress

Extracted = tuple[Article, list[Claim], list[Skip]]


def suggest_by_model(
    extracted: Iterable[Extracted], model: LanguageModel, *, dry_run: bool, progress: Progress
) -> list[Extracted]:
    """Return articles whose claims have what a language model suggests, where its answers can be used.

    All articles are read before the model is asked, so that its limit counts for all of them. In a dry run
    nothing is sent, and answers from earlier are used.

    Raises:
        UsageError: where it may take more tokens, or cost more, than the settings allow.
    """
    articles = list(extracted)
    asked = [questions_about(article, claims) for article, claims, _ in articles]
    questions = list(chain.from_iterable(asked))
    if not questions:
        return articles
    others = f"what {suggester().name} suggests"
    answers = ask_model(model, questions, others=others, dry_run=dry_run, progress=progress)
    given = iter(answers.answers)
    return [
        (article, *with_answers(article, claims, skips, list(islice(given, len(claims))), model=model.name))
        for article, claims, skips in articles
    ]


def ask_model(
    model: LanguageModel,
    questions: Sequence[Question],
    *,
    others: str,
    dry_run: bool = False,
    progress: Progress,
) -> Answers:
    """Ask a model, with a note before of what that takes, and one after of what came of it.

    `others` says what claims without a usable answer have instead.

    Raises:
        UsageError: where it may take more than the settings allow.
    """
    estimate = model.estimate(questions)
    progress.note(_intention(model, estimate))
    terms = model.terms
    if terms.limits.exceeded(estimate.tokens, terms.prices):
        allowed = [f"most_tokens = {terms.limits.tokens:,}"] if terms.limits.tokens else []
        allowed += [f"most_cost = {terms.limits.cost:g}"] if terms.limits.cost else []
        raise UsageError(
            f"the language model may take {_amount(model, estimate.tokens)}, more than is allowed "
            f"({', '.join(allowed)}): raise that under [llm] in configs/annotate.toml, or give fewer articles"
        )
    if dry_run or estimate.known == estimate.questions:
        answers = model.recall(questions)
    else:
        with progress.count("asking a language model about claims") as count:
            answers = model.ask(questions, count)
    progress.note(_outcome(model, answers, others=others, dry_run=dry_run))
    return answers


def _intention(model: LanguageModel, estimate: Estimate) -> str:
    """Say what is asked of a model, about what it takes, and what leaves this computer."""
    address, left = model.endpoint.address, estimate.questions - estimate.known
    known = f"; {estimate.known} of {estimate.questions} were answered before" if estimate.known else ""
    line = f"{model.name} at {place_of(address)}: {counted(left, 'claim')} to ask about{known}"
    if not left:
        return f"{line}."
    line += f", about {_amount(model, estimate.tokens)}."
    if is_local(address):
        return line
    return f"{line} To another computer go these claims, their paragraphs and the codebook, and nothing else."


def _outcome(model: LanguageModel, answers: Answers, *, others: str, dry_run: bool) -> str:
    """Say in one line how many claims have the model's suggestion, why others have not, and what it took."""
    usable = sum(answer is not None for answer in answers.answers)
    total, rest = len(answers.answers), len(answers.answers) - usable
    if dry_run:
        have = f"{usable} of {counted(total, 'claim')} have its answer"
        return f"{model.name}: nothing is sent in a dry run; {have}."
    line = f"{model.name}: answered {usable} of {counted(total, 'claim')}"
    if rest:
        why = ", ".join(f"{count} × {reason}" for reason, count in answers.failed.most_common())
        line += f", {rest} {'has' if rest == 1 else 'have'} {others} ({why})"
    taken = f" It took {_amount(model, answers.tokens)}." if answers.tokens.total else ""
    return f"{line}.{taken}"


def _amount(model: LanguageModel, tokens: Tokens) -> str:
    """Return tokens in words, with their cost where prices are set."""
    words = f"{tokens.sent:,.0f} tokens sent and {tokens.received:,.0f} received"
    prices = model.terms.prices
    return f"{words}, cost {prices.of(tokens):,.4f}" if prices.known else words
