"""What the files of linked data share: names of things, addresses, and JSON that a page can embed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlsplit

from annotate.report.frames import Restored

_JSON = json.JSONEncoder(ensure_ascii=False, allow_nan=False)
_MARKUP = str.maketrans({char: f"\\u{ord(char):04x}" for char in "<>&\u2028\u2029"})


def urn(*parts: object) -> str:
    """Return the URN of a thing of this program."""
    return ":".join(("urn:claimdesk", *(quote(str(part), safe="") for part in parts)))


def web_address(article: Restored) -> str:
    """Return the article's address on the web; empty for a file."""
    try:
        address = urlsplit(article.address)
    except ValueError:
        return ""
    return article.address if address.scheme in ("http", "https") and address.netloc else ""


def safe_json(content: Mapping[str, Any]) -> str:
    """Return JSON in which nothing ends a script or begins an element, should a page embed it."""
    return _indented(content, "\n").translate(_MARKUP) + "\n"


def _indented(value: object, margin: str) -> str:
    """Return JSON with a line for each value, as `json.dumps` indents it, in a quarter of the time.

    >>> _indented({"a": [1, {}]}, "\\n") == json.dumps({"a": [1, {}]}, indent=1)
    True
    """
    inner = f"{margin} "
    if isinstance(value, Mapping) and value:
        rows = (f"{_JSON.encode(key)}: {_indented(each, inner)}" for key, each in value.items())
        return f"{{{inner}{f',{inner}'.join(rows)}{margin}}}"
    if isinstance(value, list) and value:
        return f"[{inner}{f',{inner}'.join(_indented(each, inner) for each in value)}{margin}]"
    return _JSON.encode(value)
