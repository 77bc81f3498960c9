"""What an element of a page is by its name, class, id and role: unseen, an advertisement, or furniture."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise

from lxml.etree import _Element as Element

from annotate.config import word_list

#: Elements that stand around an article by what they are.
FURNITURE_TAGS = frozenset({"nav", "footer", "menu", "search", "dialog"})
#: Elements whose class says what they are: others, such as `article` or `body`, carry the class of a topic.
JUDGED_TAGS = frozenset({
    "aside", "center", "dd", "details", "dir", "div", "dl", "figure", "form", "header", "hgroup", "ins", "li",
    "ol", "p", "section", "span", "table", "tr", "td", "ul", "h2", "h3", "h4", "h5", "h6", "a", "b", "i",
    "em", "strong", "small",
})  # fmt: skip
#: An `article` or quotation of these classes is one only by its tag.
JUDGED_ARTICLES = frozenset(
    {"teaser", "related", "promo", "recirc", "recommended", "pullquote", "pull-quote"}
)
#: Classes of what stands under a title.
SUBTITLES = frozenset({"subtitle", "standfirst", "dek", "deck", "subhead", "subheadline", "subheading"})
#: Openings of classes that tell how a page is set, not what stands in an element.
SETTINGS = ("has-", "with-", "no-", "is-", "without-", "not-", "tag-", "category-", "js-", "tone-")
NOT_DISPLAYED = re.compile(r"(?:display\s*:\s*none|visibility\s*:\s*hidden)(?![\w-])", re.IGNORECASE)
#: Classes that hide, unless another one shows the element on a wider screen ("md:block").
HIDING, SHOWING = (
    frozenset({"hidden", "hide", "d-none", "invisible", "is-hidden"}),
    re.compile(r"[:-](?:block|flex|grid|inline)"),
)
CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
WORD = re.compile(r"[^\W_]+")


def is_unseen(element: Element) -> bool:
    """Return whether a reader does not see an element: it is hidden, or for screen readers alone."""
    if element.get("hidden") is not None:
        return True
    if element.get("aria-hidden", "").lower() == "true" and not _is_large_letter(element):
        return True
    classes = element.get("class", "")
    if NOT_DISPLAYED.search(element.get("style", "")):
        return True
    if HIDING & set(classes.split()) and not SHOWING.search(classes):
        return True
    return element.tag in JUDGED_TAGS and bool(
        _names_of(classes, element.get("id", "")) & word_list("page_unseen")
    )


def _is_large_letter(element: Element) -> bool:
    """Return whether an element holds the first letter of a text, set large: a reader sees that one."""
    return element.tag == "span" and len("".join(element.itertext()).strip()) == 1


def is_furniture(element: Element) -> bool:
    """Return whether an element stands around the article by its tag, role, class or id."""
    if element.tag in FURNITURE_TAGS:
        return True
    role, classes = element.get("role", "").lower(), element.get("class", "")
    names = _names_of(classes, element.get("id", ""))
    if element.tag not in JUDGED_TAGS:
        return element.tag in ("article", "blockquote") and bool(names & JUDGED_ARTICLES)
    return role in word_list("page_furniture") or bool(names & word_list("page_furniture"))


def is_subtitle(element: Element) -> bool:
    """Return whether an element stands under a title and belongs to it."""
    return bool(_names_of(element.get("class", ""), "") & SUBTITLES)


@lru_cache(4096)
def _names_of(classes: str, name: str) -> frozenset[str]:
    """Return the classes and the id of an element, whole and by their words, in lower case."""
    names: set[str] = set()
    for each in (*classes.split(), name):
        if each.startswith(SETTINGS):
            continue
        whole = CAMEL.sub("-", each).lower().replace("_", "-")
        parts = WORD.findall(whole)
        names |= {each.lower(), whole, *parts, *map("-".join, pairwise(parts))}
    return frozenset(names)


def totals(elements: Sequence[Element], own: Mapping[Element, int]) -> dict[Element, int]:
    """Return the sum of a number over each element and what stands in it.

    Args:
        elements: in the order of the page, each before what stands in it.
        own: the number of each element by itself.
    """
    sums = {element: own.get(element, 0) for element in elements}
    for element in reversed(elements):
        parent = element.getparent()
        if parent is not None and parent in sums:
            sums[parent] += sums[element]
    return sums


def within(elements: Iterable[Element], chosen: set[Element]) -> set[Element]:
    """Return the chosen elements and all that stands in them; `elements` are in the order of the page."""
    inside: set[Element] = set()
    for element in elements:
        if element in chosen or element.getparent() in inside:
            inside.add(element)
    return inside
