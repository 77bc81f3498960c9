"""The editor's page of training results: one offline file without a script; words of people are escaped."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import jinja2

from annotate.labels import LABELS, SHOWN_AS
from annotate.report.page import offline_environment
from annotate.text import counted
from annotate.training_round.results import NO_LABEL, SAID, Result


def results_page(results: Sequence[Result], *, threshold: float) -> str:
    """Return the results of training rounds as an HTML file.

    Args:
        results: of each round, in the order to show.
        threshold: share of the claims, 0..1, that is needed to pass.
    """
    return _template().render(results=results, threshold=threshold)


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


@cache
def _template() -> jinja2.Template:
    environment = offline_environment("annotate.training_round", "results.css")
    environment.filters |= {"many": counted, "percent": _percent}
    environment.globals |= {
        "labels": LABELS,
        "given": (*LABELS, NO_LABEL),
        "said": SAID,
        "shown": SHOWN_AS,
    }
    return environment.get_template("results.html.j2")
