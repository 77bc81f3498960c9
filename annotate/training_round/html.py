"""The editor's page of training results: one offline file without a script; words of people are escaped."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

import jinja2
from markupsafe import Markup

from annotate.labels import LABELS, SHOWN_AS, SPECS
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
    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    style = environment.from_string(_part("results.css")).render(specs=SPECS) + "\n"
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    environment.filters |= {"many": counted, "percent": _percent}
    environment.globals |= {
        "style": Markup(style),  # noqa: S704 - our own file, the same for every page
        "policy": f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'",
        "labels": LABELS,
        "given": (*LABELS, NO_LABEL),
        "said": SAID,
        "shown": SHOWN_AS,
    }
    return environment.from_string(_part("results.html.j2"))


def _part(name: str) -> str:
    return files("annotate.training_round").joinpath("templates", name).read_text(encoding="utf-8")
