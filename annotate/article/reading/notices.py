"""Notices: what speaks of the paper and its page, or asks something of the reader, rather than of the world.

They are told by their form: a label such as "Correction (4 May):", words about the article itself, an
address to the reader, a person at the foot whom the text has not named. The patterns stand in
`configs/words/notices_of_paper.txt` and `notices_to_reader.txt`. Known limits: a notice that states a fact in
plain words ("The poll of 1,004 adults was conducted by telephone") is body text.
"""

from __future__ import annotations

import re
from functools import cache

from annotate.config import word_list
from annotate.errors import AnnotateError

NOTICE_WORDS = 90
_OWN = (
    r"(?:article|story|piece|column|newsletter|podcast|episode|interview|conversation|transcript|live ?blog"
    r"|blog|page|content|video|q&a)"
)
_TEXT = rf"(?:{_OWN}|post|report|headline|(?:photo )?caption|version|summary|graphic|chart|map|introduction)"
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.?"
#: What the names in the pattern files stand for.
NAMED = {
    "<own text>": _OWN,
    "<text>": _TEXT,
    "<this text>": (
        rf"(?:this|the full|the rest of this|(?:the|an?) (?:[a-z]+ )?(?:in|on|of|to|with) this) {_TEXT}"
    ),
    "<weekday>": r"(?:mon|tues|wednes|thurs|fri|satur|sun)day",
    "<month>": _MONTH,
    "<date>": (
        rf"(?:[ ,]+(?:the|of|{_MONTH}|\d{{1,4}}(?:st|nd|rd|th)?|again|morning|afternoon|evening)\b){{0,6}}"
    ),
    "<greeted>": (
        r"(?:[,!]?(?: and)?(?: (?:welcome(?: back)?|everyone|everybody|all|readers?|there|again|friends|folks"
        r"|happy|from|to|the|our|this|my|a|\w+day|morning|evening|edition|briefing|newsletter|show|programme|podcast|of)\b"
        r"| (?-i:[A-Z])[\w’'-]+\b)){0,8}"
    ),
    "<please>": r"(?:(?:please|or|just|and|so|then),? )*",
    "<end>": r"[.!…,:]*[\"”’)]*$",
}
#: A day or hour, a number or a bracket behind a label: "Correction (4 May):", "Update, 3 p.m.:", "Update 2:".
_WHEN = r"(?:[\s,]*(?:\([^()\n]{1,40}\)|(?:[a-z]{3,9}\.? )?\d[\w:.,]{0,9}(?: [\w.,:]{1,9}){0,4}))?"
#: An e-mail address, a handle or a link, with few words before it: "Email: ana@courier.example".
CONTACT = re.compile(
    r"(?:(?:e-?mail|twitter|x|facebook|instagram|contact|tel|phone|web|website|by e-?mail|mastodon|"
    r"bluesky)\b[\w :.,-]{0,40})?(?:[\w.+-]{1,60}@[\w-]{1,60}\.[\w.]{2,60}|@\w{2,40}|https?://\S+|"
    r"www\.\S+)[\s|.]*$",
    re.IGNORECASE,
)
#: "UPDATE 3 p.m.:", which news may follow as well.
UPDATE = re.compile(rf"^updated?{_WHEN}[^\S\n]*[:–—-]\s+", re.IGNORECASE)
#: Somebody else says it: "Sign up here, the mayor said."
REPORTED = re.compile(
    r"[,!?.][”\"’]? [^,.!?]{1,60}\b(?:said|says|told|wrote|writes|added|adds|asked|replied|shouted|cried)\b"
)
#: "(Applause.)", "[END OF RECORDING]": what a transcript notes beside what is said.
ASIDE = re.compile(r"\([^()\n]{1,60}\)|\[[^\[\]\n]{1,60}\]")
#: Behind a label that a notice may share with a heading or a sentence: "Related |", "Correction (4 May):".
_LABEL_END = rf"{_WHEN}[^\S\n]*(?:[:|>»→•]|[–—-](?=\s)|$)"
#: "Also in the Courier:", "More from our desk:".
_MORE_FROM = (
    r"(?:also|more|elsewhere|earlier|previously|from|new|now|next) (?:in|on|from|about|by|"
    r"at) [^:|.!?\n]{1,50}[:|]"
)
#: Who writes here: a name, then what the person does.
BIO = re.compile(
    r"(?P<name>[A-ZÀ-Þ][\w’'.-]+(?: (?:(?:de|van|von|der|al|bin|da|"
    r"la) )?[A-ZÀ-Þ][\w’'.-]+){1,3})(?:,? (?:who|a|an|the) [^,\n]{2,60},)?"
    r" (?P<does>(?:is|was|are|has been)(?: \w+ly)? (?:an? |the |our |"
    r"(?P<office>(?:[a-z]+ ){0,3}(?:professor|editor|director|correspondent|reporter|fellow|head|chair|"
    r"emeritus)\b))"
    r"|(?:is|was) based in\b|(?:covers|reports on|reports from|reports for|writes about|writes for|"
    r"writes on|edits|hosts|has covered|has reported|has written|has worked|joined the|works (?:as|"
    r"for) (?:a|an|the)|reported from)\b)"
)  # fmt: skip
#: What people who write for papers are, where they have been named before or not.
WRITERS = re.compile(
    r"\b(?:reporter|journalist|correspondent|columnist|editor|writer|author|contributor|photographer|"
    r"producer|critic|blogger|podcaster|novelist|essayist|columnists|reporters|covers|writes|reports)\b"
)


def is_notice_block(text: str, *, before: str | None, following: str = "") -> bool:
    """Return whether a paragraph, a heading or a list item is a notice.

    `before` is the text before it where it stands at the foot of the article, else `None`; `following` the
    paragraph behind it.
    """
    words = re.sub(r"\*\*|__", "", text).strip("*_ ")
    if len(words.split()) > NOTICE_WORDS:
        return False
    if _label().match(words) or _is_aside(words) or CONTACT.match(words):
        return True
    words = UPDATE.sub("", words, count=1)
    sentences = re.split(r"(?<=[.!?])[\"”’)]*\s+(?=\S)", words)
    to_reader = [_is_to_reader(each) for each in sentences]
    asked = (one or each.rstrip('"”’)').endswith("?") for one, each in zip(to_reader, sentences, strict=True))
    if _matches("notices_of_paper", sentences[0]) or (any(to_reader) and all(asked)):
        return True
    return before is not None and (_is_bio(words, before, following) or _is_footnote(text))


def is_notice_sentence(sentence: str) -> bool:
    """Return whether a sentence of the author speaks of the article itself or to the reader.

    >>> is_notice_sentence("See you tomorrow!"), is_notice_sentence("See levels rose.")
    (True, False)
    """
    spoken = _matches("notices_of_paper", sentence) or _matches("notices_to_reader", sentence)
    return spoken and REPORTED.search(sentence) is None


def _is_to_reader(sentence: str) -> bool:
    """Return whether a sentence speaks to the reader, be it with a question: "Have a tip? Write to us."."""
    return is_notice_sentence(sentence) or CONTACT.match(sentence) is not None


def _is_aside(words: str) -> bool:
    aside = ASIDE.fullmatch(words)
    return aside is not None and (words.upper() == words or len(words.split()) <= 2)


def _is_bio(words: str, before: str, following: str) -> bool:
    """Return whether a paragraph at the foot says who wrote: it names one whom the text has not named."""
    match = BIO.match(words)
    if match is None:
        return (
            re.match(r"(?:the )?(?:writer|author)s? (?:is|are|was) (?:an?|the) ", words, re.IGNORECASE)
            is not None
        )
    last = re.compile(rf"\b{re.escape(match['name'].split()[-1])}\b")
    goes_on = last.search(following) is not None and not is_notice_sentence(following)
    new = last.search(before) is None and not goes_on
    writes = (
        match["does"].split()[0] not in {"is", "was", "are", "has"} or WRITERS.search(words[:200]) is not None
    )
    return new and (writes or match["office"] is not None)


def _is_footnote(text: str) -> bool:
    """Return whether a paragraph stands behind an asterisk, or wholly in italics."""
    starred = re.match(r"\*(?![\s*])[^*]+$", text) is not None
    return starred or re.fullmatch(r"\*(?!\*)[^*]+\*|_(?!_)[^_]+_", text) is not None


def _matches(name: str, sentence: str) -> bool:
    """Return whether a sentence begins as one of the patterns of a file says."""
    return _patterns(name).match(sentence.lstrip("*_>( ")) is not None


@cache
def _patterns(name: str) -> re.Pattern[str]:
    """Read the patterns of `words/<name>.txt` as one.

    Raises:
        AnnotateError: if one of them is no regular expression.
    """
    lines = sorted(word_list(name))
    for mark, pattern in NAMED.items():
        lines = [line.replace(mark, pattern) for line in lines]
    try:
        return re.compile("|".join(f"(?:{line})" for line in lines), re.IGNORECASE)
    except re.error as error:
        raise AnnotateError(f"words/{name}.txt: {error}: correct the pattern") from error


@cache
def _label() -> re.Pattern[str]:
    words = "|".join(
        sorted((re.escape(w).replace("'", "[’']") for w in word_list("notice_labels")), key=len, reverse=True)
    )
    return re.compile(rf"[\[(]?(?:(?:{words}){_LABEL_END}|{_MORE_FROM})", re.IGNORECASE)
