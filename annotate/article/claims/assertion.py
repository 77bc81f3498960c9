"""Which parts assert nothing: questions, words about the text itself, bare captions."""

from __future__ import annotations

import re

from spacy.tokens import Span as DocSpan
from spacy.tokens import Token

from annotate.article.nlp import is_bare, is_finite, subject_of
from annotate.config import word_list
from annotate.model import SkipKind

PARTICIPLES = frozenset({"VBG", "VBN"})
#: A question mark at the end, behind which only closing marks and footnotes stand.
QUESTION_END = re.compile(r"[?？؟][!?！？؟]*[\"”’'»)\]]*(?:\s?\[\d+\])*$")
#: How a question begins: with an auxiliary or a question word.
QUESTION_HEAD = re.compile(
    r"[\"“‘'(]*(?:(?:and|but|so|or|then|now|well|yet),? )?"
    r"(?:who|whom|whose|what|which|when|where|why|how|is|are|was|were|am|do|does|did|has|have|had|can|could|will|would|shall|should|may|might|must|isn|aren|wasn|don|doesn|didn)\b",
    re.IGNORECASE,
)
#: "Here is the list:", "We see the following picture:", "Consider this:": what follows is all it says.
LEADS_IN = re.compile(
    r"(?:(?:so|and|but|now|thus|here|then|first|finally),? )*"
    r"(?:(?:we|one|you) (?:now |can |may |then |thus |also )*(?:see|get|have|find|arrive at|come to|face)\b"
    r"|here(?:['’]s| is| are| was)\b|(?:consider|note|take|compare|recall|remember|imagine|look at)\b"
    r"|(?:it|this) is (?:also )?worth (?:adding|noting|mentioning|recalling)\b"
    r"|(?:the )?(?:following|below)\b|in (?:short|other words|summary|brief)$)[^:]{0,80}:$",
    re.IGNORECASE,
)
#: "What we know:", "How it works:": what follows is all it says.
ANNOUNCES = re.compile(r"(?:what|how|why|who|where|when)\b[^:?.!]{0,60}:$", re.IGNORECASE)
#: Parts of speech after which a clause goes on: "The plan includes:", "The town would:".
OPEN_ENDS = frozenset({"VERB", "AUX", "ADP", "PART", "SCONJ"})
#: "Let us turn to …", "This article looks at …", "As noted above": the text speaks of itself.
SPEAKS_OF_TEXT = re.compile(
    r"(?:(?:so|and|but|now|finally|first|next),? )*(?-i:[A-Z][\w.]{1,20}(?: [A-Z][\w.]{1,20}){0,2}, )?"
    r"(?:(?:let us|let['’]s|let me|(?:we|i)(?:['’]ll| will| shall| now)+) (?:now |first |briefly |then )*"
    r"(?:turn (?:to|back)|look at|return to|begin with|start with|move on|go through|ask"
    r"|summari[sz]e|examine)\b"
    r"|(?:this|the present|our) (?:article|essay|column|section|chapter|post|piece|paragraph|text)s? "
    r"(?:will |also )*(?:is (?:about|organi[sz]ed|divided|structured)|discusses|describes|examines|looks at"
    r"|deals with|explains|explores|considers|analy[sz]es|summari[sz]es|was (?:first|originally) published)\b"
    r"|(?:more on (?:this|that)|see) (?:below|above|later|overleaf|next)\b)",
    re.IGNORECASE,
)


def is_silent(piece: str) -> SkipKind | None:
    """Return `mark` or `question`, which look alike in most languages; `None` for anything else."""
    if not any(char.isalnum() for char in piece):
        return "mark"
    return "question" if QUESTION_END.search(piece) else None


def asserts(piece: str, sentence: str) -> SkipKind | None:
    """Return why a part of a sentence asserts nothing; `None` if it asserts something.

    >>> asserts("Who paid for the bridge?", "Who paid for the bridge?")
    'question'
    >>> asserts("The bridge was paid for.", "The bridge was paid for.") is None
    True
    """
    if silent := is_silent(piece):
        return silent
    if QUESTION_END.search(sentence) and QUESTION_HEAD.match(piece):
        return "question"
    if LEADS_IN.match(piece) or ANNOUNCES.match(piece) or SPEAKS_OF_TEXT.match(piece):
        return "text_about_text"
    return None


def is_imperative(words: DocSpan) -> bool:
    """Return whether words tell somebody to do something: "Ask anyone on the quay."."""
    verb = _first(words.root)
    return verb.tag_ in {"VB", "VBP"} and subject_of(verb) is None and not _has_helper(verb)


def asks_reader(words: DocSpan) -> bool:
    """Return whether words ask the reader to do something with a paper or its page: "Write to us."."""
    return is_imperative(words) and _first(words.root).lower_ in word_list("reader_verbs")


def _first(verb: Token) -> Token:
    """Return the first of verbs that share what is left out before them."""
    while verb.dep_ == "conj" and subject_of(verb) is None and verb.head.pos_ == "VERB":
        verb = verb.head
    return verb


def _has_helper(verb: Token) -> bool:
    """Return whether a verb has "to", or an auxiliary but "do"."""
    return any(child.dep_ in {"aux", "auxpass"} and child.lemma_.lower() != "do" for child in verb.children)


def has_clause(words: DocSpan) -> bool:
    """Return whether words hold a finite verb outside relative clauses; "a wall that leaks" does not."""
    verbs = (
        token for token in words if token.pos_ in {"VERB", "AUX"} and (is_finite(token) or is_bare(token))
    )
    return any(all(each.dep_ != "relcl" for each in (verb, *verb.ancestors)) for verb in verbs)


def leads_into(words: DocSpan) -> bool:
    """Return whether a clause before a colon goes on in the items behind it: "The town would:"."""
    before = [token for token in words if token.text != ":" and not token.is_space]
    return (
        words[-1].text == ":"
        and not ANNOUNCES.match(words.text)
        and len(before) > 1
        and before[-1].pos_ in OPEN_ENDS
    )


def has_predicate(words: DocSpan) -> bool:
    """Return whether a caption says something of its subject, be it with a participle.

    "Anna Holm meeting the mayor" does; "The old harbour in 1950" does not.
    """
    for token in words:
        if token.pos_ in {"VERB", "AUX"} and is_finite(token) and subject_of(token) is not None:
            return True
        hangs_on_top = token.head.dep_ == "ROOT" or token.dep_ == "ROOT"
        if token.tag_ in PARTICIPLES and hangs_on_top and token.dep_ in {"acl", "ROOT", "advcl", "ccomp"}:
            return token.dep_ != "ROOT" or subject_of(token) is not None
    return any(_acts_by_name(token) for token in words)


def _acts_by_name(token: Token) -> bool:
    """ "Anna Holm meeting the mayor": behind a name and before somebody, such a noun is a participle."""
    if token.i == 0 or token.i + 1 >= len(token.doc) or not token.lower_.endswith("ing"):
        return False
    before, behind = token.nbor(-1), token.nbor(1)
    somebody = (
        behind.lower_ in {"with", "the", "a", "an", "his", "her", "its", "their"} or behind.pos_ == "PROPN"
    )
    return before.text[:1].isupper() and token.text.islower() and somebody
