"""Who still speaks in a sentence that names nobody: "Lund called it a mistake. It would cost the town a lot."

Only what the form shows is handed on: what would be, of something just spoken of, and the items of a list
that somebody is said to have made. Known limits: a report that goes on in a plain past tense is taken as the
author's.
"""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from spacy.tokens import Token

from annotate.article.attribution import Attributed, led_in_by, makes_list
from annotate.article.nlp import Parsed, subject_of
from annotate.article.speakers import Paragraph
from annotate.model import Span

#: What takes up in a sentence of its own what somebody has just spoken of.
THINGS = frozenset({"it", "they"})
PERSONS = frozenset({"he", "she"})
#: Behind one of these a thing may be taken up by "it would".
OPEN = frozenset({"could", "might", "should"})
#: What is said by one of these has not happened yet.
LOOKING_AHEAD = frozenset({
    "call", "forecast", "pledge", "predict", "promise", "propose", "recommend", "suggest", "threaten", "urge",
    "vow", "warn",
})  # fmt: skip
#: Beside one of these "would" tells what came of a thing in the end, as the author knows.
AFTERWARDS = frozenset({"again", "eventually", "finally", "first", "last", "later", "never", "only"})
#: How the items of a list begin.
ORDINALS = frozenset({
    "first", "firstly", "second", "secondly", "third", "thirdly", "fourth", "fifth", "finally", "lastly",
})  # fmt: skip
#: The items of a list as subjects: "one is that …", "the other was that …".
ITEMS = frozenset({"one", "another", "other", "first", "second", "third", "fourth", "fifth", "last"})


@dataclass(frozen=True)
class Report:
    """Who has spoken, and how the next sentence may go on.

    `lists` where the items of a list follow, `taken_up` are the pronouns by which "it would" goes on.
    """

    who: Attributed
    lists: bool = False
    taken_up: AbstractSet[str] = frozenset()


def carried_on(
    text: str, paragraph: Paragraph, earlier: Report | None
) -> tuple[list[Attributed | None], Report | None]:
    """Return who goes on to be reported in each sentence of a paragraph, where the form shows it.

    `earlier` is what the paragraph before hands on; the second is what this one hands on to the next.
    """
    if paragraph.block.kind == "list_item":
        who = earlier.who if earlier is not None else None
        own = (any(each.strong for each in sentence.attributed) for sentence in paragraph.sentences)
        return [None if names else who for names in own], earlier
    carried: list[Attributed | None] = []
    report = earlier
    for sentence in paragraph.sentences:
        carried.append(_still_reported(report, sentence.parsed, sentence.attributed))
        kept = report if carried[-1] is not None or carried[1:] else None
        report = _report_in(text, sentence.parsed, sentence.attributed, kept)
    return carried, _handed_on(paragraph, report)


def _handed_on(paragraph: Paragraph, report: Report | None) -> Report | None:
    """Return what a paragraph hands on: a list that is open, or a colon behind which others' words stand."""
    if paragraph.block.kind == "heading" or not paragraph.sentences:
        return None
    if report is not None and report.lists:
        return report
    last = paragraph.sentences[-1]
    if last.parsed.doc[-1].text != ":":
        return None
    who = led_in_by(last.parsed, paragraph.stated.end, known=last.attributed)
    return None if who is None or who.first_person else Report(who)


def _report_in(
    text: str, parsed: Parsed, attributed: Sequence[Attributed], earlier: Report | None
) -> Report | None:
    """Return what a sentence hands on to the next one; `earlier` is what the sentence before handed on.

    A list stays open over sentences that are none of its items.
    """
    maker = _list_maker(parsed, attributed)
    if maker is not None:
        return None if maker.first_person else Report(replace(maker, strong=True), lists=True)
    strong = [each for each in attributed if each.strong and not each.first_person]
    if earlier is not None and (earlier.lists or (not strong and _goes_on(parsed, earlier))):
        return earlier
    who = _one_voice(strong)
    return None if who is None else Report(who, taken_up=_taken_up(text, parsed, who))


def _still_reported(
    report: Report | None, parsed: Parsed, attributed: Sequence[Attributed]
) -> Attributed | None:
    """Return who goes on to be reported in a sentence without a cue, where its form shows it."""
    if report is None or any(each.strong for each in attributed):
        return None
    return report.who if _goes_on(parsed, report) else None


def _list_maker(parsed: Parsed, attributed: Sequence[Attributed]) -> Attributed | None:
    """Return who makes a list in a sentence: "Ruiz gave two reasons"."""
    verbs = {token.idx + parsed.span.start for token in parsed.doc if makes_list(token)}
    cues = ((each, each.attribution.cue) for each in attributed if each.attribution.source)
    return next((each for each, cue in cues if cue is not None and cue.start in verbs), None)


def _one_voice(strong: Sequence[Attributed]) -> Attributed | None:
    """Return who speaks in a sentence, if it is one alone, or one through others."""
    named = [each for each in strong if each.attribution.source is not None]
    last = max(named, key=lambda each: len(each.attribution.through), default=None)
    if last is None:
        return None
    sources = {each.attribution.source for each in named}
    return last if sources <= {last.attribution.source, *last.attribution.through} else None


def _taken_up(text: str, parsed: Parsed, who: Attributed) -> AbstractSet[str]:
    """Return the pronouns by which the next sentence may go on with "would"."""
    cue, content = who.attribution.cue, who.attribution.content
    if content is None or not (who.governs or content.length > parsed.span.length // 2):
        return frozenset()
    words = set(content.of(text).lower().split())
    if "would" in words:
        return THINGS | PERSONS
    return THINGS if words & OPEN or _verb_at(parsed, cue) in LOOKING_AHEAD else frozenset()


def _verb_at(parsed: Parsed, cue: Span | None) -> str:
    """Return the verb with which a cue begins, in its plain form."""
    at = -1 if cue is None else cue.start - parsed.span.start
    return next((token.lemma_.lower() for token in parsed.doc if token.idx == at), "")


def _goes_on(parsed: Parsed, report: Report) -> bool:
    if "?" in parsed.doc.text:
        return False
    return _is_item(parsed.doc[0]) if report.lists else _would_be(parsed, report.taken_up)


def _is_item(first: Token) -> bool:
    """Return whether a sentence that begins with a word is an item of a list."""
    if first.dep_ == "cc" and first.i + 1 < len(first.doc):
        return _is_item(first.nbor())
    words = [token.lower_ for token in first.doc[first.i : first.i + 3]]
    if len(words) < 3:
        return False
    if words[0] in ORDINALS and first.dep_ not in {"det", "amod"}:
        return True
    head = next(
        (
            t
            for t in first.doc[first.i : first.i + 3]
            if t.dep_ in {"nsubj", "amod", "det"} and t.lower_ in ITEMS
        ),
        None,
    )
    return head is not None and words[0] in {"the", "a", head.lower_} and _is_named_by_being(head)


def _is_named_by_being(item: Token) -> bool:
    """Return whether an item is the subject of "is" or "was": "one is that …", "the second reason was …"."""
    subject = item if item.dep_ == "nsubj" else item.head
    return subject.dep_ == "nsubj" and subject.head.lemma_ in {"be", "concern"}


def _would_be(parsed: Parsed, taken_up: AbstractSet[str]) -> bool:
    """Return whether a sentence says what would be: "it would also close the ferry"."""
    root = next((token for token in parsed.doc if token.dep_ == "ROOT"), None)
    subject = None if root is None else subject_of(root)
    if root is None or subject is None or subject.lower_ not in taken_up:
        return False
    told_after = taken_up == THINGS and any(token.lower_ in AFTERWARDS for token in parsed.doc)
    return any(child.lower_ == "would" for child in root.children) and not told_after
