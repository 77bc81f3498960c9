"""The block of similar claims, for the report and the review page; all words in it are escaped."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib.resources import files

import jinja2
from markupsafe import Markup

from annotate.model import Similar
from annotate.report.page.view_models import web_address


def similar_block(some: Sequence[Similar]) -> Markup:
    """Return what the desk remembers that is like a claim, as HTML; nothing where that is nothing."""
    return Markup(_template().render(some=some) if some else "")  # noqa: S704 - by a template that escapes


@cache
def similar_style() -> str:
    """Return the style of the block; colours are those of the page."""
    return _part("similar.css")


@cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["web"] = web_address
    return environment.from_string(_part("similar.html.j2"))


def _part(name: str) -> str:
    return files("annotate.report.page").joinpath("templates", name).read_text(encoding="utf-8")
