"""Templates of pages: every word is escaped, and a page in one offline file lets nothing else in."""

from __future__ import annotations

import base64
import hashlib
from functools import partial
from importlib.resources import files

import jinja2
from markupsafe import Markup

from annotate.labels import SPECS


def page_environment(package: str) -> jinja2.Environment:
    """Return an environment that has the templates in the folder `templates` of a package."""
    return jinja2.Environment(
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        loader=jinja2.FunctionLoader(partial(page_part, package)),
    )


def page_part(package: str, name: str) -> str:
    """Return the text of a file in the folder `templates` of a package."""
    return files(package).joinpath("templates", name).read_text(encoding="utf-8")


def offline_environment(package: str, style: str) -> jinja2.Environment:
    """Return an environment for pages without a script that need no other file.

    Their templates have the names `style` and `policy`, the page's Content-Security-Policy.

    Args:
        package: whose templates they are.
        style: name of the style sheet among them, itself a template that gets `specs`.
    """
    environment = page_environment(package)
    sheet = environment.get_template(style).render(specs=SPECS) + "\n"
    policy = f"default-src 'none'; style-src '{source_hash(sheet)}'; base-uri 'none'; form-action 'none'"
    style_of_ours = Markup(sheet)  # noqa: S704 - our own file, the same for every page
    environment.globals |= {"style": style_of_ours, "policy": policy}
    return environment


def source_hash(source: str) -> str:
    """Return what a Content-Security-Policy names a style or script by.

    >>> source_hash("")
    'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='
    """
    return f"sha256-{base64.b64encode(hashlib.sha256(source.encode()).digest()).decode()}"
