"""Paragraphs of a plain text, each with its kind.

A plain text has no marks for its headings and captions, so rules tell them apart: a rule looks at one
paragraph in its place, the first that holds names the kind, and what no rule claims is body text.

Known limits: a caption that is a full sentence without a credit is taken for body text; a heading of more
than twenty words, too.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from annotate.article.reading.credits import (
    box_label,
    caption_credit,
    is_filing,
    is_verdict,
    speaker_labels,
)
from annotate.article.reading.notices import NOTICE_WORDS, is_notice_block
from annotate.article.reading.paragraphs import (
    COPY_MARK,
    ITEM_MARK,
    SENTENCE_END,
    SENTENCE_WITHIN,
    paragraph_spans,
)
from annotate.config import word_list
from annotate.model import Block, BlockKind, Span

HEADING_WORDS = 20
HEADING_LENGTH = 160  # characters: some scripts write no spaces between words
QUESTION_WORDS = 14
BYLINE_WORDS = 25
CAPTION_WORDS = 60
FOOT = 12  # paragraphs
LABEL_LENGTH = 200  # characters

# A paragraph that one pair of quotation marks encloses.
QUOTED = re.compile(r'(?:"[^"]+"|“[^“”]+”|«[^«»]+»|„[^„“”]+[“”]|「[^「」]+」)\.?')
# "By Ana Ruiz", "Words: Ana Ruiz", "Reporting by A. Ruiz; editing by B. Okoye", "Text and photos by …".
BYLINE = re.compile(
    r"(?:by|from|words|text|author|story|reporting|written|translated|translation|edited|analysis|opinion"
    r"|comment|column|photographs|photos)(?:\s+and\s+\w+)?(?:\s+by\b|\s*:|(?<=by)|(?<=By)|(?<=BY))\s*(?=[^\W\d_])",
    re.IGNORECASE,
)
# "Additional reporting by", "Writing and editing by": who made the article, at its head or foot.
WORK = (
    r"(?:reporting|writing|editing|compiled|produced|research|graphics|photography|translation|fact-checking)"
)
CREDIT_OF_WORK = re.compile(
    rf"(?:(?:additional|further|with) )?{WORK}(?:(?:,| and| &) {WORK})* by\b", re.IGNORECASE
)
BESIDE_NAMES = frozenset({
    "and", "in", "at", "of", "for", "the", "de", "da", "la", "van", "von", "der", "al", "el",
})  # fmt: skip
# "12 May 2025", "May 12, 2025, 10:34", "Updated: 2025-05-12", and nothing else.
DATELINE = re.compile(
    r"(?:(?:published|updated|last updated|posted|date)\b[\s:,on]*)?(?:\w+day,?\s+)?"
    r"(?:\d{1,2}(?:st|nd|rd|th)?\s+[^\W\d_]{3,9}\.?,?\s+\d{4}|[^\W\d_]{3,9}\.?\s+\d{1,2}(?:st|nd|rd|th)?,?\s+\d{4}"
    r"|\d{4}-\d\d-\d\d|\d{1,2}[./]\d{1,2}[./]\d{4})[\s,|·at-]*(?:\d{1,2}[:.]\d\d\s*(?:[ap]\.?m\.?)?\s*\w{0,4})?",
    re.IGNORECASE,
)
# "Photo: …", "Image credit: …", "Picture by …", "Pictured: …": the paragraph belongs to a picture.
PICTURE_MARK = re.compile(
    r"[\[(]?(?:(?:file |archive |cover |top )?(?:photo|photograph|image|picture|graphic|map|video)"
    r"(?: credit| courtesy)?(?: by\b| courtesy of\b| ?[:/©])|pictured\b|above:|below:|caption:)",
    re.IGNORECASE,
)
#: How a line begins that signs a quotation.
SIGNED = re.compile(r"(?:—|–|―|--)\s*\w")
# A line of a box of facts that is no heading, though no full stop may end it.
BOXED = re.compile(
    r"[*_]*(?:(?:the )?claims?\s?[:—–]|what was (?:said|claimed)\s?[:—–]"
    r"|[^:]{0,30}(?:verdict|rating|ruling|assessment):)",
    re.IGNORECASE,
)
# Who sends a newsletter, at its end: "— Ana".
SENDER = re.compile(r"[—–-]\s?[A-ZÀ-Þ][\w’'-]+[.,]?")
QUESTION_END = re.compile(r"[?？؟][\"'”’»)\]]*$")


#: A dash and a name: who signs the quotation before it.
SIGNED = re.compile(r"(?:—|–|―|--)\s?[A-Z]")
BlockRule = Callable[["Paragraph"], bool]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph in its place: the `index`-th of `count`, between the paragraphs `before` and `following`.

    `span` is where it stands in the text of the `article`, `stated` are the body texts before it; it
    `is_spoken` where a label names who speaks.
    """

    article: str
    span: Span
    index: int
    count: int
    before: str
    following: str
    stated: Sequence[Span] = ()
    is_spoken: bool = False

    @property
    def text(self) -> str:
        """The words of it."""
        return self.span.of(self.article)

    @property
    def words(self) -> int:
        """The number of words, by white space."""
        return len(self.text.split())

    @property
    def is_outer(self) -> bool:
        """Whether it stands near the head or the foot of the article, where notices live."""
        return self.index < 3 or self.index >= self.count - max(3, self.count // 5)

    @property
    def is_foot(self) -> bool:
        """Whether it stands at the foot, where the paper says who wrote and how to reach it."""
        return self.index > 0 and self.index >= self.count - min(FOOT, (self.count + 1) // 2)


def text_blocks(text: str) -> tuple[Block, ...]:
    """Cut a plain text into blocks; every character that is no white space or list mark lies in one."""
    spans = list(paragraph_spans(text))
    named = kinds(text.replace("\n", " "), list(zip(spans, _known_kinds(text, spans), strict=True)))
    return tuple(
        Block(span.start + (_mark_length(span.of(text)) if kind == "list_item" else 0), span.end, kind)
        for span, kind in zip(spans, named, strict=True)
    )


def kinds(
    text: str, pieces: Sequence[tuple[Span, BlockKind | None]], *, besides: Collection[BlockKind] = ()
) -> Iterator[BlockKind]:
    """Return the kind of each paragraph of `text`: as given, else by the first rule that holds, else body.

    Args:
        text: the whole of it.
        pieces: the spans of the paragraphs in order, each with its kind, if that is known.
        besides: kinds whose rules are not asked.
    """
    spans, stated = [span for span, _ in pieces], list[Span]()
    often = _speaking(text, spans)
    for index, (span, known) in enumerate(pieces):
        before, following = (
            spans[at].of(text) if 0 <= at < len(spans) else "" for at in (index - 1, index + 1)
        )
        spoken = _is_spoken(text, span, often)
        place = Paragraph(text, span, index, len(pieces), before, following, stated, spoken)
        rules = RULES if known is None else FURNITURE if known in OPEN else ()
        given = "body" if known is None or (known == "heading" and spoken) else known
        named = next((kind for kind, holds in rules if kind not in besides and holds(place)), given)
        if named == "body":
            stated.append(span)
        yield named


def _speaking(text: str, spans: Iterable[Span]) -> AbstractSet[str]:
    """Return the labels that name who speaks: those of two paragraphs or more, and Q and A."""
    heads = Counter(_speaker(text, span) for span in spans)
    return {head for head, times in heads.items() if head and (times > 1 or len(head) == 1)}


def _is_spoken(text: str, span: Span, often: AbstractSet[str]) -> bool:
    """Return whether a label names who speaks: one of the text's, or any before a question beside those."""
    head = _speaker(text, span)
    return head in often or bool(often and head and QUESTION_END.search(span.of(text).rstrip("*_")))


def _speaker(text: str, span: Span) -> str:
    """Return the last word of the label that opens a paragraph, in small letters; empty without one."""
    line = Span(span.start, min(span.end, span.start + LABEL_LENGTH))
    label = next(speaker_labels(text, line), None)
    if label is None or label.span.start > span.start or label.letter:
        return label.letter.lower() if label and label.span.start == span.start else ""
    words = label.name.of(text).split()
    last = words[-1].lower()
    return (
        last
        if all(word[0].isupper() or word.isdigit() for word in words) and last not in word_list("times")
        else ""
    )


def _known_kinds(text: str, spans: Sequence[Span]) -> Iterator[BlockKind | None]:
    """Return the kinds that lines show: copy marks, and quotations set in behind a colon at the margin."""
    leads = quoted = False
    for span in spans:
        set_in = _is_set_in(text, span)
        states = text[span.end - 1] in '.!?”"' and not _mark_length(span.of(text))
        quoted = set_in and states and (leads or quoted)
        leads = not set_in and text[span.end - 1] == ":"
        yield "boilerplate" if COPY_MARK.fullmatch(text, *span) else "quote" if quoted else None


def _is_set_in(text: str, span: Span) -> bool:
    """Return whether every line of a paragraph stands off the margin."""
    head = text.rfind("\n", 0, span.start) + 1
    lines = text[head : span.end].split("\n")
    return all(line.startswith(("  ", "\t")) for line in lines)


def _mark_length(text: str) -> int:
    mark = ITEM_MARK.match(text)
    return mark.end() if mark else 0


def is_notice(paragraph: Paragraph) -> bool:
    """A disclaimer, a copyright notice, a pointer to the original, or another notice by its form."""
    if paragraph.is_spoken or paragraph.words > NOTICE_WORDS:
        return False
    lowered = paragraph.text.lower().replace("’", "'").lstrip("*[(_—– ")
    opening = next((each for each in word_list("notice_openings") if lowered.startswith(each)), "")
    if (opening and not lowered[len(opening) :][:1].isalpha()) or lowered.startswith(("©", "http")):
        return True
    if paragraph.is_outer and any(phrase in lowered for phrase in word_list("notice_phrases")):
        return True
    return is_furniture(paragraph)


def is_furniture(paragraph: Paragraph) -> bool:
    """What speaks of the paper or to its reader, by its form; it may look like a heading or a list item."""
    stated = paragraph.stated if paragraph.is_foot else ()
    before = "\n".join(span.of(paragraph.article) for span in stated) if paragraph.is_foot else None
    return is_notice_block(paragraph.text, before=before, following=paragraph.following)


def is_bare_verdict(paragraph: Paragraph) -> bool:
    """A verdict that stands by itself behind its label: "RATING: Mostly false"."""
    label, _, words = paragraph.text.partition(":")
    boxed = box_label(paragraph.text) is not None or label.lower().replace("-", " ") == "fact check"
    return boxed and is_verdict(words)


def is_byline(paragraph: Paragraph) -> bool:
    """The author's line, with or without brackets, or a date that stands alone."""
    text = paragraph.text
    bracketed = text[0] in "[(【" and text[-1] in "])】"
    inner = text[1:-1].strip() if bracketed else text
    if (
        DATELINE.fullmatch(inner)
        or SENDER.fullmatch(text)
        or is_filing(text)
        or (paragraph.words <= NOTICE_WORDS and _credits_work(inner))
    ):
        return True
    if paragraph.words > BYLINE_WORDS or not BYLINE.match(inner):
        return False
    names = paragraph.is_outer and not SENTENCE_END.search(text) and _is_mostly_names(inner)
    return bracketed or names


def _credits_work(text: str) -> bool:
    """Return whether all that is said is who did what: "Reporting by Ana Ruiz; editing by B. Okoye."."""
    parts = [part.strip("([— ") for part in re.split(r"[;.)\]|]+\s*", text) if part.strip("([— ")]
    if not parts or not CREDIT_OF_WORK.match(parts[0]):
        return False
    names = " ".join(CREDIT_OF_WORK.sub("", part, count=1) for part in parts)
    return all(word[0].isupper() or word in BESIDE_NAMES for word in re.findall(r"[^\W\d_]+", names))


def _is_mostly_names(text: str) -> bool:
    """At least half of the words behind the first begin with a capital, as in a list of names."""
    words = [word for word in re.findall(r"[^\W\d_]+", text)[1:] if len(word) > 1]
    return bool(words) and sum(word[0].isupper() for word in words) * 2 >= len(words)


def is_caption(paragraph: Paragraph) -> bool:
    """A paragraph that names a picture or ends with a picture's credit."""
    text = paragraph.text
    credit = caption_credit(text) if paragraph.words <= CAPTION_WORDS else None
    # A word such as "Photographs" that stands alone may as well be a heading.
    credited = credit is not None and (credit.start > 0 or text[0] in "([©")
    return credited or (paragraph.words <= CAPTION_WORDS and PICTURE_MARK.match(text) is not None)


def is_list_item(paragraph: Paragraph) -> bool:
    """A bullet, or a number or letter with a point or bracket, opens the paragraph."""
    return _mark_length(paragraph.text) > 0 and paragraph.words > 2 and not _is_numbered_heading(paragraph)


def _is_numbered_heading(paragraph: Paragraph) -> bool:
    """A number before a few words without an end, alone between paragraphs: "2. Ferry sold"."""
    text, following = paragraph.text, paragraph.following
    alone = not (_mark_length(paragraph.before) or _mark_length(following))
    under = len(following) > len(text) and SENTENCE_END.search(following) is not None
    return text[0].isdigit() and alone and under and is_heading(paragraph) and paragraph.before[-1:] != ":"


def is_quote(paragraph: Paragraph) -> bool:
    """One pair of quotation marks encloses the whole paragraph."""
    return bool(QUOTED.fullmatch(paragraph.text)) and paragraph.words > HEADING_WORDS


def is_question_heading(paragraph: Paragraph) -> bool:
    """A short question that stands alone over a longer paragraph, or one in title case."""
    text = paragraph.text
    if (
        paragraph.is_spoken
        or not QUESTION_END.search(text)
        or re.search(r"[.!?]\s", text)
        or text[0] in '"“«'
    ):
        return False
    if paragraph.words <= QUESTION_WORDS:
        return len(paragraph.following) > len(text)
    return paragraph.words <= HEADING_WORDS and is_title_case(text)


def is_title_case(text: str) -> bool:
    """Return whether at least two thirds of the longer words begin with a capital."""
    words = [word for word in re.findall(r"[^\W\d_]+", text) if len(word) > 3]
    return bool(words) and sum(word[0].isupper() for word in words) * 3 >= len(words) * 2


def is_heading(paragraph: Paragraph) -> bool:
    """A short paragraph that does not end as a sentence does, or that Markdown's signs announce.

    Behind a dash stands who signs a quotation, or a line of a dialogue. Several sentences are no heading,
    though the last one is cut off: the next line may begin with a number, as an item does.
    """
    text = paragraph.text
    if re.match(r"#{1,6}\s", text):
        return True
    short = paragraph.words <= HEADING_WORDS and len(text) <= HEADING_LENGTH
    if paragraph.is_spoken or BOXED.match(text) or SIGNED.match(text):
        return False
    if len(SENTENCE_WITHIN.findall(text)) > 1:
        return False
    return short and not SENTENCE_END.search(text) and text[-1] not in '"”»'


def is_ornament(paragraph: Paragraph) -> bool:
    """A line without a letter or digit: a rule, three stars."""
    return not any(character.isalnum() for character in paragraph.text)


#: Kinds that a page or Markdown may give to what is furniture.
OPEN = frozenset({"heading", "list_item", "quote"})
FURNITURE: tuple[tuple[BlockKind, BlockRule], ...] = (("boilerplate", is_furniture),)
# The order matters: a notice may look like a caption, a caption like a heading.
RULES: tuple[tuple[BlockKind, BlockRule], ...] = (
    ("boilerplate", is_ornament),
    ("boilerplate", is_notice),
    ("boilerplate", is_bare_verdict),
    ("byline", is_byline),
    ("caption", is_caption),
    ("list_item", is_list_item),
    ("quote", is_quote),
    ("heading", is_question_heading),
    ("heading", is_heading),
)
