"""The tokens of a claim, words that the page's filters look for; pure.

A claim has its label or what stands for one, its status, and its progress. What else it can have is named by
numbers: of a source, an annotator in the list of `annotators`, or a label in `LABELS`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

from annotate.labels import LABELS


def of_source(source: int) -> str:
    """Return the token of claims that a source carries."""
    return f"s{source}"


def judged(who: int) -> str:
    """Return the token of claims that an annotator judged."""
    return f"j{who}"


def gave(who: int, label: str) -> str:
    """Return the token of claims to which an annotator gave a label."""
    return f"j{who}l{LABELS.index(label)}"


def somebody_gave(label: str) -> str:
    """Return the token of claims to which anybody gave a label."""
    return f"l{LABELS.index(label)}"


def differs(who: int) -> str:
    """Return the token of claims whose label is another than the one that an annotator gave."""
    return f"d{who}"


def differ(one: int, other: int) -> str:
    """Return the token of claims to which two annotators gave different labels, the first one first."""
    return f"x{one}-{other}"


def vote_tokens(votes: Sequence[tuple[int, str]], *, label: str) -> Iterator[str]:
    """Return the tokens of a claim's votes.

    Args:
        votes: annotators by number, each with the label given.
        label: what the claim is labelled, or what stands for a label.
    """
    for given in dict.fromkeys(given for _, given in votes):
        yield somebody_gave(given)
    for who, given in votes:
        yield judged(who)
        yield gave(who, given)
        if label in LABELS and given != label:
            yield differs(who)
    for (one, said), (other, said_else) in combinations(sorted(votes), 2):
        if said != said_else:
            yield differ(one, other)
