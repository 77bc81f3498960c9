"""How to read each figure, in words for somebody who edits texts and not tables."""

from __future__ import annotations

from collections.abc import Mapping

from annotate.text import counted

FEWEST = 20  # claims; below, a figure is withheld: a single claim would move it by five points or more
ROUGH = 50  # claims; below, a figure comes with a warning

# Krippendorff, K. (2004). Content analysis, 2nd edition, section 11.4.2: rely on variables with an alpha of
# .800 or more, draw tentative conclusions from .667 on.
RELIABLE, TENTATIVE = 0.800, 0.667

BESIDE: Mapping[str, str] = {
    "by_label": (
        "If one of two answers to a claim is this label, how often the other one is too. A low figure says "
        "that people read this label's rule in the codebook in different ways."
    ),
    "by_pair": (
        "How often two people gave the same label to the claims that both judged, and how far that goes "
        "beyond chance (1 is perfect, 0 is chance). If one person is low with everybody, talk with that "
        "person; if all are low with all, make the codebook clearer."
    ),
    "confused": (
        "Which two labels are given to the same claim, the most frequent pair first: make the rule clearer "
        "that tells these two apart."
    ),
    "against_others": (
        "How often this person gave the label that more than half of the others gave. A low figure is not a "
        "fault: the person who differs may be the one who reads closely."
    ),
    "seconds": (
        "Median seconds per claim, and the quartiles: half of the answers took less than the median, and "
        "half took between the two quartiles. Where a whole section is one answer, its time is divided "
        "evenly among the claims labelled in it; a page left open counts as time spent."
    ),
}


def why_withheld(claims: int, what: str) -> str | None:
    """Say why a figure over so few claims is withheld, `None` where it is not.

    >>> why_withheld(7, "judged twice")
    'only 7 claims judged twice, fewer than 20'
    """
    if claims >= FEWEST:
        return None
    if not claims:
        return f"no claim {what}"
    return f"only {counted(claims, 'claim')} {what}, fewer than {FEWEST}"


def warning(claims: int) -> str | None:
    """Warn of a figure over few claims, `None` where there are enough."""
    if not FEWEST <= claims < ROUGH:
        return None
    return f"Only {claims} claims, fewer than {ROUGH}: the figure is rough, see the interval."


def reading(name: str, value: float | None, why: str | None) -> str:
    """Say what a headline figure tells.

    Args:
        name: percent_agreement, krippendorff_alpha, fleiss_kappa or gwet_ac1.
        value: the figure, or `None` where it is withheld or not defined.
        why: the reason for `None`.
    """
    if value is None:
        return f"No figure: {why}."
    return f"{_MEANS[name]} {_SAYS[name](value)}"


def reading_of_suggestions(
    difference: float | None, low: float | None, high: float | None, why: str | None
) -> str:
    """Say what the difference tells between suggestions shown and not shown (as shares, 0..1)."""
    begins = "How often the label is the program's suggestion: where it was shown, less where it was not."
    if difference is None:
        return f"{begins} No figure: {why}. A blind share of claims gives both kinds of answers."
    points = f"{100 * difference:+.0f} points".replace("-", "−")
    if low is None or high is None or low <= 0 <= high:
        return f"{begins} Here {points}, which may be chance."
    leaning = "people lean on the suggestion" if difference > 0 else "people turn away from the suggestion"
    return f"{begins} Here {points}: {leaning}, by more than chance explains."


def _of_a_hundred(value: float) -> str:
    return f"Here that is {100 * value:.0f} times in a hundred."


def _rests(value: float) -> str:
    if value >= RELIABLE:
        return f"{value:.2f} is enough to rely on the labels (the usual limit is {RELIABLE:.3f})."
    if value >= TENTATIVE:
        return f"{value:.2f} allows tentative conclusions; relying on the labels takes {RELIABLE:.3f}."
    if value > 0:
        return f"{value:.2f} is below {TENTATIVE:.3f}: settle the disputes before you rely on the labels."
    return f"{value:.2f} is no better than chance: people read the codebook in different ways."


def _beside(value: float) -> str:
    return f"Here {value:.2f}; if it differs much from alpha, a few claims have most of the answers."


def _steady(value: float) -> str:
    return f"Here {value:.2f}; if it is far above alpha, one label is so common that alpha is strict."


_MEANS: Mapping[str, str] = {
    "percent_agreement": "How often two people gave the same label to the same claim; part of it is chance.",
    "krippendorff_alpha": ("Agreement beyond chance: 1 is perfect, 0 is what random labels would give."),
    "fleiss_kappa": "Agreement beyond chance, averaged over claims.",
    "gwet_ac1": (
        "Agreement beyond chance, computed so that it stays steady if nearly all claims get one label."
    ),
}
_SAYS = {
    "percent_agreement": _of_a_hundred,
    "krippendorff_alpha": _rests,
    "fleiss_kappa": _beside,
    "gwet_ac1": _steady,
}
