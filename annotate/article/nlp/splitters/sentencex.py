"""Sentences with their offsets: sentencex proposes, a few rules mend what it gets wrong.

sentencex (33 Mchar/s) keeps abbreviations together well, but never cuts inside quotation marks or brackets.
So it reads a copy of the text in which those marks are blank, and each cut that it proposes is then put
behind the closing marks it belongs to. Known limits: a sentence without a full stop before a small letter is
not seen; a name that ends in a mark of its own is one only before a small letter.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import sentencex

from annotate.config import word_list

#: Closing marks that belong to the sentence before them, footnotes such as [1] or [citation needed], and
#: faces such as :-).
CLOSERS = re.compile(
    r"""(?:["”’»›\)\]』」】）]|'(?!\w))*(?:\s?\[(?:\d{1,3}|note \d+|[a-z]+(?: [a-z]+){1,3})\])*[.…]*"""
    r"""(?:\s?[:;]['’]?-?[()DPp](?=\s|$))*"""
)
#: Pictures behind a sentence: faces, flags, ticks; with what joins them and gives them their colour.
EMOJI = r"(?:[\U0001f300-\U0001faff\u2600-\u27bf\u2b50\u2b55][\u200d\ufe0f\U0001f3fb-\U0001f3ff]*)"
EMOJI_BEHIND = re.compile(rf"\s{{0,2}}(?![\U0001f446-\U0001f449➡]){EMOJI}+(?=\s|$)")
#: Marks at the head of a sentence.
OPENER = r"""["“‘«‹\(\[『「【（'¿¡\-–—•*]*"""
#: Quotation marks and brackets that hide a sentence end from sentencex; an apostrophe inside a word stays.
HIDING_MARK = re.compile(r"""["“”«»„‟‹›()「」『』（）]|(?<!\w)['‘’]|['’](?!\w)""")
#: Quotation marks and brackets, opening or closing: the end of a sentence stands before all of them.
MARKS = frozenset("\"“”«»„‟‹›()[]「」『』（）【】'‘’")
#: A full stop of Chinese or Japanese, with its closing marks: needs no white space behind it.
CJK_STOP = re.compile(r"[。！？｡]+[”’」』】）\"]*")
#: A full stop with no space behind it: "the end.The next", but not in an address or a version.
MISSING_SPACE = re.compile(r"(?<![\w.@/:])[a-z]*[a-z]{2}[.!?][”\"]?(?=[A-Z][a-z]+[\s,’'])")
#: A question or a shout with no space behind it: "Who paid?nobody", but not in an address.
MISSING_SPACE_ASKED = re.compile(r"(?<![\w.@/:?&=])[A-Za-z]*[a-z]{2}[?!]+(?=[A-Za-z][a-z]+[\s,.’'!?])")
#: A full stop behind a word in small letters, behind a name that a quotation follows, or behind a bracket, a
#: question or a shout: plain enough where an opener follows.
PLAIN_END = re.compile(
    r"(?:\b[a-z]+\.|\b[A-Z][a-z]+\.(?=\s{1,4}[\"“])|\w[)\]]\.|[?!])"
    rf"[\"”’')\]]*\s+(?={OPENER}([A-Z][a-z]*)\b)"
)
#: "and so on", with the next sentence behind it.
ETC_END = re.compile(r"\betc\.[\"”’')\]]*\s+(?=[\"“‘'(]?[A-Z][a-z])")
#: A grade, a letter, a unit before a pronoun with its verb: "got a C. I'm glad".
LETTER_END = re.compile(r"\b[A-Z]\.\s+(?=(?:I|He|She|It|We|You|They)['’](?:m|s|re|ve|ll|d)\b)")
#: The credit of a picture behind its caption: "… in Ankara Photo: Ana Ruiz".
CREDIT = re.compile(
    r"(?<=[\w.\"”)])\s{1,4}(?=(?i:image|photo|photograph|picture|illustration|video|graphic|source|credit)s?"
    r"(?: (?:by|credit|courtesy|source))?: ?[A-Z])"
)
#: A full date behind a headline, at the end of the paragraph: "Harbour Talks Fail Tuesday, 3 March 2020".
DATELINE = re.compile(
    r"(?<=[^\s,])\s{1,4}(?=(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day, "
    r"(?:[A-Z][a-z]+ \d{1,2},|\d{1,2} [A-Z][a-z]+,?) \d{4}$)"
)
#: One address behind another. A run of addresses without a space between them is read once.
ADDRESSES = re.compile(r"(?<!\S)(?>\S*?https?://)\S++\s{1,4}(?=https?://)")
#: An abbreviation's full stop before a word that opens sentences: "in the U.S. The".
ABBREVIATION_END = re.compile(
    r"(?:\b(?:[A-Za-z]\.){2,}|\b(?:etc|Inc|Corp|Ltd|Co|Jr|Sr|SUNY|al)\.)[\"”')\]]*\s+(?=[\"“‘'(]?([A-Z][a-z]*)\b)"
)
#: A month that sentencex takes for an abbreviation: "in May. Nobody"; one that is none before an opener, or
#: where four words stand before it: "the hall closed in Mar. Perch left".
MONTH_END = re.compile(r"\bMay\.[\"”’')\]]*\s+(?=[\"“‘'(]?[A-Z])")
_MONTH = r"\b(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\.[\"”’')\]]*\s+"
SHORT_MONTH_END = re.compile(rf"{_MONTH}(?={OPENER}([A-Z][a-z]*)\b)")
SHORT_MONTH_BEHIND_WORDS = re.compile(rf"(?<![\w’'])(?:[\w’']+,?\s){{3}}\w+\s{_MONTH}(?={OPENER}[A-Z][a-z])")
#: Words that sentencex takes for abbreviations, written small: "told me. Give", "sold his art. Nobody".
WORD_END = re.compile(rf"\b(?:art|con|fed|ill|me|min|miss|ore|rep)\.[\"”’')\]]*\s+(?={OPENER}[A-Z][a-z’'])")
#: The answer "no", which sentencex takes for "number": "said no. Berg left", but "see No. 4".
NO_END = re.compile(rf"\b[Nn]o\.[\"”’')\]]*\s+(?={OPENER}(?:[AI]\b|[A-Z][a-z’']))")
#: A number that is no list number: "on page 9. It", "of vol. 2. Nobody".
NUMBER_END = re.compile(rf"\b[a-z]+\.?\s\d{{1,3}}\.[\"”’')\]]*\s+(?={OPENER}([A-Z][a-z]*)\b)")
#: A picture with no full stop before it, and a word that begins the next sentence: "We won 🎉 The pit".
EMOJI_END = re.compile(rf"[a-z,)]\s?{EMOJI}+\s+(?={OPENER}([A-Z][a-z]*)\b)")
EMOJI_BEFORE_SENTENCE = re.compile(rf"[a-z]\s?{EMOJI}+\s+(?=[A-Z][a-z]+\s[a-z])")
#: A bullet inside a line: "The wall sank. • The lamps fell".
BULLET = re.compile(r"(?<=\S)\s+(?=[•▪‣◦⁃]\s)")
#: Dots that stand for words left out, with the new sentence behind them.
ELLIPSIS_END = re.compile(rf"(?:\.\s?\.\s?\.+|…)[\"”’')\]]*\s+(?={OPENER}([A-Z][a-z]*)\b)")
#: A numbered item behind a full stop or at the head: "1. ", "2) ", "(a) ".
LIST_NUMBER = re.compile(r"\s*[•⁃*–-]?\s*(?:\(?\d{1,2}[.)]\)?|\(?[a-zA-Z][.)]\)?|\(?[ivx]{1,5}[.)]\)?)\s*")
#: Ends of sentences; those of the second list only before a word that opens sentences.
ENDS = (
    CJK_STOP, MISSING_SPACE, MISSING_SPACE_ASKED, MONTH_END, SHORT_MONTH_BEHIND_WORDS, WORD_END, NO_END,
    LETTER_END, ETC_END, CREDIT, DATELINE, ADDRESSES, EMOJI_BEFORE_SENTENCE, BULLET,
)  # fmt: skip
ENDS_BEFORE_OPENER = (ABBREVIATION_END, ELLIPSIS_END, PLAIN_END, SHORT_MONTH_END, NUMBER_END, EMOJI_END)
#: Dots that stand by themselves behind a full stop: "It went on. ... It ended".
LONE_DOTS = re.compile(r"\s+(?:\.\.\.+|…)(?=\s)")
LAST_WORD = re.compile(r"([\w.]*\w)\.$")
#: What a number stands behind: "vol. 2", "p. 12", "approx. 4 million".
BEFORE_NUMBER = re.compile(
    r"(?<!\w)(?:vols?|chs?|chap|paras?|arts?|secs?|sects?|figs?|nos?|pp?|max|min|approx|appr|est|ca?|exs?|eqs?"
    r"|vers?|app|tabs?|pts?|pl|bk|cols?|sch|reg|cl|ext|apt|rm|rte|hwy|flt|circ|aged?)\.$",
    re.IGNORECASE,
)
NUMBER = re.compile(r"[\d$€£]|[IVXLC]{2,}\b|[A-Z]\d")
#: A name that ends in a mark of its own, and what goes on with its sentence: "Brill! is closing".
MARKED_NAME = re.compile(r"(?:^|(?<=[\s\"“‘(]))(?P<first>[A-Z][\w’'-]* )?(?P<word>[A-Z][\w’'-]*)[!?]$")
#: How a dash goes on with the sentence around an aside: "— it is old! — was sold".
DASH_BEHIND = re.compile(r"(?:[—–―]\s*|--?-?\s+)(?=[a-z])")
DASH = re.compile(r"[—–―]|\s--?-?\s")
#: A bracket that closes inside a sentence: "(it was opened in 1904. It closed in 1931) is deep".
CLOSED_INSIDE = re.compile(r"[^()]{0,300}\)\s?[a-z,;]")
#: A letter or a digit.
WORD = re.compile(r"[^\W_]")
#: A list number behind a colon or comma belongs to what follows: "two rules: 1. No blasting".
LED_NUMBER = re.compile(r"[:,;]\s+(?:\d{1,2}|[a-z])[.)]$")
FOLLOWING_WORD = re.compile(r"[a-z’']+")
ASIDE = 400  # characters that an aside may have
#: How far back of a cut the vetoes look, in characters: a long line is then read in time in proportion to it.
LOOK_BACK = 80
#: Initials that go on behind a hyphen: the first of "R-S.C.", and "J.-P." before a name.
JOINED_INITIALS = re.compile(r"[A-Z](\.?)-[A-Z]\.$")
#: The hour with the day or the zone behind it: "at 5 p.m. Tuesday".
HOUR_END = re.compile(r"\d\s?[ap]\.m\.$")
DAY_OR_ZONE = re.compile(
    r"(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|[ECMP][SD]?T|GMT|UTC|Eastern|Central|Mountain|Pacific)\b"
)


class MendedSentencex:
    """Splits by sentencex and the rules below."""

    def starts(self, paragraph: str, language: str) -> Iterator[int]:
        """Yield the offsets at which a further sentence begins, in order."""
        proposed = {_behind_closers(paragraph, start) for start in _proposed(paragraph, language)}
        last = seen = 0
        worded = False
        for start in sorted(proposed):
            worded = worded or WORD.search(paragraph, seen, start) is not None
            seen = start
            if worded and last < start and not any(veto(paragraph, last, start) for veto in VETOES):
                yield start
                last, worded = start, False


def load() -> MendedSentencex:
    """Return the splitter."""
    return MendedSentencex()


def _behind_closers(words: str, cut: int) -> int:
    """Move a cut behind the closing marks of the sentence it ends, and behind the white space after them."""
    end = cut
    while end and (words[end - 1].isspace() or words[end - 1] in MARKS):
        end -= 1
    closers = CLOSERS.match(words, end)
    end = closers.end() if closers else end
    if words.startswith("“", end) and _closes_low_mark(words, end):
        end += 1
    for behind in (LONE_DOTS, EMOJI_BEHIND):
        match = behind.match(words, end)
        end = match.end() if match else end
    while end < len(words) and words[end].isspace():
        end += 1
    return end


def _closes_low_mark(words: str, at: int) -> bool:
    """Return whether a mark that else opens a quotation closes one: „Das ist bekannt.“"""
    low = words.rfind("„", max(at - ASIDE, 0), at)
    return low >= 0 and words.find("“", low, at) < 0


def _proposed(words: str, language: str) -> Iterator[int]:
    """Return the places where a sentence may begin."""
    blank = HIDING_MARK.sub(" ", words)
    for boundary in sentencex.get_sentence_boundaries(language, blank):
        yield boundary["end_index"]
    for pattern in ENDS:
        yield from (end.end() for end in pattern.finditer(words))
    for pattern in ENDS_BEFORE_OPENER:
        yield from (end.end() for end in pattern.finditer(words) if end[1] in word_list("sentence_openers"))


# Vetoes: each says why a sentence does not begin at a place; `start` is the last beginning before it.


def _before(words: str, start: int, cut: int) -> str:
    end = cut
    while end > start and words[end - 1].isspace():
        end -= 1
    return words[max(start, end - LOOK_BACK) : end]


def _only_a_list_number(words: str, start: int, cut: int) -> bool:
    """A number at the head of a list item belongs to the item: "1. Open the lid"."""
    return (
        LIST_NUMBER.fullmatch(words, start, cut) is not None
        or LED_NUMBER.search(_before(words, start, cut)) is not None
    )


def _before_a_number(words: str, start: int, cut: int) -> bool:
    """A short word that a number follows: "vol. 2"."""
    return (
        NUMBER.match(words, cut) is not None and BEFORE_NUMBER.search(_before(words, start, cut)) is not None
    )


def _within_an_aside(words: str, start: int, cut: int) -> bool:
    """A question or shout between dashes, a sentence in brackets: the sentence around it goes on behind."""
    before = words[max(start, cut - ASIDE) : cut]
    if DASH_BEHIND.match(words, cut):
        return DASH.search(before) is not None
    opening = before.rfind("(")
    inside = opening > 0 and before.find(")", opening) < 0 and before[opening - 2 : opening - 1] not in ".!?"
    return inside and CLOSED_INSIDE.match(words, cut) is not None


def _behind_a_marked_name(words: str, start: int, cut: int) -> bool:
    """A name with a mark of its own, where the sentence goes on: "Brill! is closing"."""
    name = MARKED_NAME.search(_before(words, start, cut))
    follows = FOLLOWING_WORD.match(words, cut)
    return (
        name is not None
        and follows is not None
        and (name["first"] or name["word"].lower() not in word_list("interjections"))
        and follows[0].replace("’", "'") not in word_list("small_heads")
    )


def _behind_a_title(words: str, start: int, cut: int) -> bool:
    """A title or an abbreviation that a name follows: "Ms. Adler"."""
    last = LAST_WORD.search(_before(words, start, cut))
    return last is not None and last[1] in word_list("titles")


def _speaker_follows(words: str, start: int, cut: int) -> bool:
    """A quoted question or shout with its speaker behind it is one sentence: `"Why?" asked Anna Holm`."""
    before = _before(words, start, cut)
    if not re.search(r"[?!…][\"”’']$", before):
        return False
    for word in words[cut : cut + 60].split()[:6]:
        if word.rstrip(".,") in word_list("speech_tags"):
            return True
        if len(word) > 2 and word.endswith("."):  # the end of a sentence, and no initial
            break
    return words[cut : cut + 1].islower()


def _lower_case_follows(words: str, start: int, cut: int) -> bool:
    """A small letter behind a closed quotation or a short abbreviation goes on with the sentence."""
    before = _before(words, start, cut)
    follows = words[cut : cut + 1]
    if not follows.islower():
        return False
    return before[-1:] in "\"”’'»)]" or re.search(r"(?<!\w)[A-Z][a-z]{0,3}\.$", before) is not None


def _within_an_abbreviation(words: str, start: int, cut: int) -> bool:
    """Initials go on behind their hyphen, and the hour takes its day along: "(R-S.C.)", "J.-P. Roux"."""
    before = _before(words, start, cut)
    if HOUR_END.search(before):
        return DAY_OR_ZONE.match(words, cut) is not None
    initials = JOINED_INITIALS.search(before)
    return initials is not None and (initials[1] == "." or not words[cut - 1].isspace())


VETOES: tuple[Callable[[str, int, int], bool], ...] = (
    _only_a_list_number,
    _before_a_number,
    _within_an_aside,
    _behind_a_marked_name,
    _behind_a_title,
    _within_an_abbreviation,
    _speaker_follows,
    _lower_case_follows,
)
