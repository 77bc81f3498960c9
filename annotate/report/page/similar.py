"""The block of similar claims, for the report and the review page; all words in it are escaped."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import jinja2
from markupsafe import Markup

from annotate.model import Similar
from annotate.report.page.templating import page_environment, page_part
from annotate.report.page.view_models import web_address


def similar_block(some: Sequence[Similar]) -> Markup:
    """Return what the desk remembers that is like a claim, as HTML; nothing where that is nothing."""
    return Markup(_template().render(some=some) if some else "")  # noqa: S704 - by a template that escapes


def similar_style() -> str:
    """Return the style of the block; colours are those of the page."""
    return page_part("annotate.report.page", "similar.css")


@cache
def _template() -> jinja2.Template:
    environment = page_environment("annotate.report.page")
    environment.filters["web"] = web_address
    return environment.get_template("similar.html.j2")
