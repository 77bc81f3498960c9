"""Which of a page's paragraphs belong to its article.

trafilatura tells the main text; around it stand paragraphs that it dropped. Those that read as sentences and
stand with it are kept too: beside its paragraphs, between them, or in boxes set alike. What stands in
furniture, repeats the text in a box, or is a link and nothing else, is not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from lxml.etree import _Element as Element

from annotate.article.reading.page.cleaning import EMBEDS
from annotate.article.reading.page.furniture import is_furniture, is_subtitle, totals, within
from annotate.article.reading.page.paragraphs import KIND_MARK, Paragraph, paragraphs_of

#: As many words in a row are compared.
ROW = 5
#: A paragraph is part of the main text if this share of it is.
MOST = 0.6
#: An element that holds this share of the main text is no furniture, whatever its class says; and one that
#: holds this share is where the article stands.
HALF, NEARLY_ALL = 0.5, 0.9
#: A list or box of which this share is links leads elsewhere.
LINKED, FEWEST_LINKS = 0.6, 2
#: A paragraph of which this share is a link is one.
ALL_LINK = 0.9
#: A link of so many words may be the title of another article.
TITLE_WORDS = 4
#: A box of so few words around such a title is a teaser.
TEASER_WORDS, BOXES = 40, ("div", "aside", "section", "figure")
ARTICLE_TAGS = ("article", "main")
LISTS = ("ul", "ol", "dl", "list")


class Choice(NamedTuple):
    """The paragraphs of an article, and those of its surroundings that read alike and were left out."""

    kept: list[Paragraph]
    missing: list[Paragraph]


def choose(body: Element, main: Sequence[Paragraph]) -> Choice:
    """Choose the paragraphs of an article from those of its page; `main` is what trafilatura gave.

    That is all where the page itself holds little of it: then the text stands in the page's data.
    """
    paragraphs = paragraphs_of(body)
    own = {row for each in paragraphs for row in _rows(each.tokens)}
    shown = sum(each.count for each in main if _share(each, own) >= HALF)
    if shown < HALF * sum(each.count for each in main):
        return Choice(list(main), [])
    elements = [each for each in body.iter() if isinstance(each.tag, str)]
    rows = {row for each in main for row in _rows(each.tokens)}
    is_main = [_share(each, rows) >= MOST for each in paragraphs]
    place = Place(elements, paragraphs, is_main)
    return place.choice()


def _rows(tokens: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Return the words in rows of `ROW`; a shorter paragraph is one row."""
    for at in range(max(1, len(tokens) - ROW + 1)):
        yield tuple(tokens[at : at + ROW])


def _share(paragraph: Paragraph, rows: set[tuple[str, ...]]) -> float:
    own = list(_rows(paragraph.tokens))
    return sum(row in rows for row in own) / len(own)


class Place:
    """The paragraphs of a page with where they stand, and which of them trafilatura took for main text."""

    def __init__(self, elements: list[Element], paragraphs: list[Paragraph], is_main: list[bool]) -> None:
        self.elements, self.paragraphs, self.is_main = elements, paragraphs, is_main
        self.main_words = totals(elements, _counted(p for p, m in self._pairs() if m))
        self._trust_article()
        self.furniture = within(elements, {each for each in elements if self._is_furniture(each)})
        self.children: dict[Element, Counter[tuple[object, str | None]]] = {}
        self.titles = totals(elements, Counter(p.element for p in paragraphs if _is_linked_title(p)))
        self.furniture = within(elements, self.furniture | self._linked() | self._lone_teasers())
        self.settings = {
            _setting(p.element)
            for p, m in self._pairs()
            if m and p.is_prose and p.element not in self.furniture
        }
        self.core = self._core()
        self.scope = self._with_likes(self.core)
        self.inside = within(elements, {self.scope})
        self.in_core = within(elements, {self.core})

    def _pairs(self) -> Iterable[tuple[Paragraph, bool]]:
        return zip(self.paragraphs, self.is_main, strict=True)

    def _trust_article(self) -> None:
        """Where the only article with a title holds nothing of the main text, take the article instead."""
        titled = [each for each in self.elements if each.tag == "article" and each.find(".//h1") is not None]
        if len(titled) != 1 or self.main_words[titled[0]]:
            return
        inside = within(self.elements, set(titled))
        own = [p.is_prose and p.element in inside for p in self.paragraphs]
        if any(own):
            self.is_main = own
            self.main_words = totals(self.elements, _counted(p for p, m in self._pairs() if m))

    def _is_furniture(self, element: Element) -> bool:
        """Return whether an element is furniture, and holds neither the article nor an embedded quotation."""
        if element.get(KIND_MARK) or not is_furniture(element):
            return False
        if self.main_words[element] > HALF * self.main_words[self.elements[0]]:
            return False
        return not any(EMBEDS & set(each.get("class", "").split()) for each in element.iter("blockquote"))

    def _linked(self) -> set[Element]:
        """Return the lists, and asides, that are made of links."""
        letters = totals(self.elements, _counted(self.paragraphs))
        linked = totals(self.elements, _counted(p for p in self.paragraphs if p.link_share >= ALL_LINK))
        links = Counter(p.element for p in self.paragraphs if p.link_share >= ALL_LINK)
        counts = totals(self.elements, links)
        return {
            each
            for each in self.elements
            if each.tag in (*LISTS, "aside")
            and counts[each] >= FEWEST_LINKS
            and linked[each] >= LINKED * letters[each]
        }

    def _lone_teasers(self) -> set[Element]:
        """Return the boxes that hold the linked title of another article and little else, and stand alone."""
        words = totals(self.elements, _counted(self.paragraphs))
        boxes = {p.element.getparent() for p in self.paragraphs if p.leads and _is_linked_title(p)}
        return {
            box
            for box in boxes
            if box is not None
            and box.tag in BOXES
            and words[box] <= TEASER_WORDS
            and not self._has_likes(box)
        }

    def _core(self) -> Element:
        """Return the element in which the article stands: around nearly all of the main text."""
        whole = self.main_words[self.elements[0]]
        scope = self.elements[0]
        while (below := next((e for e in scope if self._holds(e, whole)), None)) is not None:
            scope = below
        if scope.tag not in ARTICLE_TAGS:
            around = next((e for e in scope.iterancestors(*ARTICLE_TAGS) if e in self.main_words), None)
            scope = scope if around is None else around
        return scope

    def _with_likes(self, scope: Element) -> Element:
        """Return the element around one and those beside it that are set alike."""
        while scope is not self.elements[0] and self._has_likes(scope):
            scope = scope.getparent()
        return scope

    def _holds(self, element: Element, whole: int) -> bool:
        return whole > 0 and self.main_words.get(element, 0) >= NEARLY_ALL * whole

    def _has_likes(self, element: Element) -> bool:
        """Return whether elements set alike stand beside an element, as the posts of a live page do."""
        parent = element.getparent()
        if parent is None or not (element.get("class") or element.tag == "article"):
            return False
        if parent not in self.children:
            own = (each for each in parent if each not in self.furniture)
            self.children[parent] = Counter((each.tag, each.get("class")) for each in own)
        return self.children[parent][element.tag, element.get("class")] > 1

    def choice(self) -> Choice:
        """Tell the paragraphs of the article from the others."""
        taken = [self._is_taken(paragraph, main) for paragraph, main in self._pairs()]
        if self._is_found_badly(taken):
            own = [p.element in self.in_core and self._is_candidate(p) for p in self.paragraphs]
            taken = [was or new for was, new in zip(taken, own, strict=True)]
        else:
            taken = [was or new for was, new in zip(taken, self._beside(taken), strict=True)]
        self._drop_repeats(taken)
        self._with_leads(taken)
        self._drop_idle_headings(taken)
        self._take_subtitles(taken)
        kept = [p for p, is_taken in zip(self.paragraphs, taken, strict=True) if is_taken]
        missing = [p for p, t in zip(self.paragraphs, taken, strict=True) if not t and self._is_candidate(p)]
        return Choice(kept, self._not_repeated(missing, kept))

    def _is_taken(self, paragraph: Paragraph, is_main: bool) -> bool:
        """Return whether a paragraph of the main text is one of the article's, or a caption in it is."""
        if paragraph.element in self.furniture or _is_link(paragraph):
            return False
        captions = paragraph.kind == "caption" and paragraph.element in self.inside
        return is_main or (captions and not self._is_teaser(paragraph.element))

    def _is_candidate(self, paragraph: Paragraph) -> bool:
        element = paragraph.element
        free = element in self.inside and element not in self.furniture
        return paragraph.is_prose and free and not self._is_teaser(element)

    def _is_teaser(self, element: Element) -> bool:
        """Return whether an element stands in a box with the title of another article, and no main text."""
        if _setting(element) in self.settings:
            return False
        boxes = (element, *islice(element.iterancestors(), 3))
        return any(self.titles.get(box) and not self.main_words.get(box) for box in boxes)

    def _is_found_badly(self, taken: Sequence[bool]) -> bool:
        """Return whether less than half of what could be the article was found."""
        possible = [p.count for p in self.paragraphs if p.element in self.in_core and self._is_candidate(p)]
        kept = [p.count for p, t in zip(self.paragraphs, taken, strict=True) if t and p.is_prose]
        return sum(kept) < HALF * sum(possible)

    def _beside(self, taken: Sequence[bool]) -> Iterator[bool]:
        """Return for each paragraph whether it belongs to those that are taken, by where it stands."""
        places = [at for at, is_taken in enumerate(taken) if is_taken and self.paragraphs[at].is_prose]
        first, last = (places[0], places[-1]) if places else (0, -1)
        parents = {self.paragraphs[at].element.getparent() for at in places}
        for at, paragraph in enumerate(self.paragraphs):
            element = paragraph.element
            near = first < at < last or element.getparent() in parents or _setting(element) in self.settings
            in_article = self.scope.tag == "article" and paragraph.link_share == 0
            yield self._is_candidate(paragraph) and (near or in_article)

    def _drop_repeats(self, taken: list[bool]) -> None:
        """Drop what stands in a box and repeats the article's words."""
        rows = Counter(
            row for p, t in zip(self.paragraphs, taken, strict=True) if t for row in set(_rows(p.tokens))
        )
        for at, paragraph in enumerate(self.paragraphs):
            if taken[at] and paragraph.count >= ROW and _is_boxed(paragraph.element):
                own = set(_rows(paragraph.tokens))
                taken[at] = not all(rows[row] > 1 for row in own)

    def _drop_idle_headings(self, taken: list[bool]) -> None:
        """Drop a heading of a box of which nothing else is taken."""
        pairs = list(zip(self.paragraphs, taken, strict=True))
        words = totals(self.elements, Counter(p.element for p, _ in pairs if not p.leads))
        used = totals(self.elements, Counter(p.element for p, is_taken in pairs if is_taken and not p.leads))
        for at, (paragraph, is_taken) in enumerate(pairs):
            if is_taken and paragraph.leads and paragraph.element.tag != "h1":
                around = [each for each in paragraph.element.iterancestors() if words.get(each)]
                taken[at] = not around or used[around[0]] > 0

    def _with_leads(self, taken: list[bool]) -> None:
        """Take a heading with what it leads, and a signature with its quotation; drop what leads nothing."""
        for at in range(len(taken) - 2, -1, -1):
            lead, led = self.paragraphs[at], self.paragraphs[at + 1]
            free = lead.element in self.inside and lead.element not in self.furniture
            if lead.leads and not taken[at] and free and taken[at + 1]:
                taken[at] = _is_beside(lead.element, led.element)
        for at in range(1, len(taken)):
            if self.paragraphs[at].element.get(KIND_MARK):
                taken[at] = taken[at - 1]

    def _take_subtitles(self, taken: list[bool]) -> None:
        """Take what stands under the title and says by its class that it belongs to it."""
        for at, paragraph in enumerate(self.paragraphs):
            if not taken[at] and paragraph.element in self.inside and paragraph.element not in self.furniture:
                taken[at] = is_subtitle(paragraph.element)

    @staticmethod
    def _not_repeated(missing: list[Paragraph], kept: list[Paragraph]) -> list[Paragraph]:
        rows = {row for each in kept for row in _rows(each.tokens)}
        return [each for each in missing if _share(each, rows) < MOST]


def _counted(paragraphs: Iterable[Paragraph]) -> dict[Element, int]:
    words: Counter[Element] = Counter()
    for each in paragraphs:
        words[each.element] += each.count
    return words


def _is_link(paragraph: Paragraph) -> bool:
    """Return whether a paragraph is a link to something else, and no sentence."""
    return paragraph.link_share >= ALL_LINK and not paragraph.leads and paragraph.kind != "caption"


def _is_linked_title(paragraph: Paragraph) -> bool:
    """Return whether a paragraph is the title of another article: a link of some words."""
    return paragraph.link_share >= ALL_LINK and paragraph.count >= TITLE_WORDS


def _is_boxed(element: Element) -> bool:
    return any(each.tag in ("aside", "figure", "blockquote") for each in (element, *element.iterancestors()))


def _is_beside(lead: Element, led: Element) -> bool:
    """Return whether a heading stands beside what follows it, whichever of them is in a box."""
    around = lead.getparent()
    return around in (led.getparent(), *led.iterancestors()) or (
        around is not None and around.getparent() in (led.getparent(), *led.iterancestors())
    )


def _setting(element: Element) -> tuple[tuple[object, str], ...]:
    """Return how an element is set: its name and class, and those of the two around it."""
    around = (element, *islice(element.iterancestors(), 2))
    return tuple((each.tag, each.get("class") or "") for each in around)
