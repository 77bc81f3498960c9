"""Who still speaks in a sentence that names nobody: "Lund called it a mistake. It would cost the town a lot."

Only what the form shows is handed on: what would be, of something just spoken of, the items of a list that
somebody is said to have made, what follows from an argument or adds to a demand, and what stands behind a
semicolon in the tense of reported speech. Known limits: a report that goes on in a plain past tense is taken
as the author's.
"""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from spacy.tokens import Span as DocSpan
from spacy.tokens import Token

from annotate.article.attribution import Attributed, led_in_by, makes_list
from annotate.article.nlp import (
    AUXILIARIES,
    FINITE_TAGS,
    QUOTES,
    VERBAL,
    Parsed,
    finite_auxiliary,
    subject_of,
)
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
#: Verbs by which somebody argues, and how a sentence begins that says what follows.
ARGUING = frozenset({"argue", "claim", "contend", "explain", "insist", "maintain", "reason", "stress"})
CONCLUDING = frozenset({"accordingly", "consequently", "hence", "so", "therefore", "thus"})
#: Verbs by which somebody asks for something, and how a sentence begins that adds to it.
DEMANDING = frozenset({"ask", "demand", "propose", "recommend", "request", "require", "suggest", "urge"})
ADDING = (("additionally",), ("also",), ("besides",), ("furthermore",), ("in", "addition"), ("moreover",))
#: What ought to be.
OUGHT = frozenset({"must", "ought", "shall", "should"})
#: How a clause begins, or what stands in it, that sets the author's own words against those of another.
CONTRASTS = frozenset(
    {"but", "however", "instead", "meanwhile", "nevertheless", "still", "though", "while", "yet"}
)
#: Auxiliaries of reported speech, behind a verb in the past.
REPORTED = frozenset({"could", "might", "would"})
#: How the items of a list begin.
ORDINALS = frozenset({
    "first", "firstly", "second", "secondly", "third", "thirdly", "fourth", "fifth", "finally", "lastly",
})  # fmt: skip
#: The items of a list as subjects: "one is that …", "the other was that …".
ITEMS = frozenset({"one", "another", "other", "first", "second", "third", "fourth", "fifth", "last"})


@dataclass(frozen=True)
class Report:
    """Who has spoken, and how the next sentence may go on.

    `lists` where the items of a list follow, `taken_up` are the pronouns by which "it would" goes on; it
    `argues` in the present tense, or `demands` something.
    """

    who: Attributed
    lists: bool = False
    taken_up: AbstractSet[str] = frozenset()
    argues: bool = False
    demands: bool = False


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
    if who is None:
        return None
    verb = _verb_at(parsed, who.attribution.cue)
    argues = who.governs and verb in ARGUING and _ends_in_present(parsed)
    return Report(who, taken_up=_taken_up(text, parsed, who), argues=argues, demands=verb in DEMANDING)


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
    if report.lists:
        return _is_item(parsed.doc[0])
    follows = (report.argues and _follows(parsed)) or (report.demands and _is_further_demand(parsed))
    return follows or _would_be(parsed, report.taken_up)


def _ends_in_present(parsed: Parsed) -> bool:
    """Return whether the last finite verb of a sentence is in the present tense: "but now he is not"."""
    finite = [token for token in parsed.doc if token.tag_ in FINITE_TAGS and token.tag_ != "MD"]
    return bool(finite) and finite[-1].tag_ != "VBD"


def _follows(parsed: Parsed) -> bool:
    """Return whether a sentence says what follows from an argument: "Therefore, he no longer has it"."""
    root = next((token for token in parsed.doc if token.dep_ == "ROOT"), None)
    subject = None if root is None else subject_of(root)
    if root is None or subject is None or parsed.doc[0].lower_ not in CONCLUDING:
        return False
    can = any(child.lower_ in {"can", "will"} for child in root.lefts)
    return subject.lower_ in THINGS | PERSONS and (can or root.tag_ in {"VBZ", "VBP"})


def _is_further_demand(parsed: Parsed) -> bool:
    """Return whether a sentence adds to a demand: "In addition, the keys should be kept"."""
    words = tuple(token.lower_ for token in parsed.doc[:2])
    adds = any(words[: len(opening)] == opening for opening in ADDING)
    root = next((token for token in parsed.doc if token.dep_ == "ROOT"), None)
    return adds and root is not None and any(child.lower_ in OUGHT for child in root.lefts)


def still_said(parsed: Parsed, clause: DocSpan, before: Attributed) -> bool:
    """Return whether a clause behind a semicolon goes on with what somebody said, as its verb shows.

    "Lund said the dam was old; it had never been checked", "she demands that it close; the toll must go too".
    """
    cue, content = before.attribution.cue, before.attribution.content
    at = -1 if cue is None else cue.start - parsed.span.start
    verb = next((token for token in parsed.doc if token.idx == at), None)
    root = clause.root
    if verb is None or content is None or any(token.lower_ in CONTRASTS for token in clause[:4]):
        return False
    helpers = {child.lower_ for child in root.lefts if child.dep_ in AUXILIARIES}
    if helpers & OUGHT:
        return verb.lemma_.lower() in DEMANDING or _says_what_ought_to_be(parsed, content)
    if verb.tag_ in {"VBD", "VBN"}:
        return bool(helpers & REPORTED) or ("had" in helpers and root.tag_ == "VBN")
    subject = subject_of(root)
    taken_up = subject is not None and subject.lower_ in THINGS | PERSONS and _holds_verb(parsed, content)
    return taken_up and verb.tag_ in {"VBZ", "VBP"} and root.tag_ in {"VBZ", "VBP"}


def resumes_statement(text: str, clause: DocSpan, before: Attributed) -> bool:
    """Return whether a clause goes on with a statement into which its source was put.

    "The storm has reached the coast, the service says, and is moving north": the service moves nowhere.
    """
    cue, content = before.attribution.cue, before.attribution.content
    if cue is None or content is None or text[content.end - 1] in QUOTES:
        return False
    put_in = content.end <= cue.start
    verb = next((token for token in clause if token.dep_ == "conj" and token.pos_ in VERBAL), None)
    if verb is None or not put_in or clause[0].lower_ not in {"and", "or"} or subject_of(verb) is not None:
        return False
    helper = finite_auxiliary(verb) or (verb if verb.lemma_ == "be" else None)
    finite = [token for token in clause.doc[: clause.start] if token.tag_ in FINITE_TAGS]
    if helper is not None:
        return {helper.tag_} == {token.tag_ for token in finite}
    said = cue.of(text).split()[0]
    stated, says = ({t.tag_ for t in finite if (t.text == said) == is_cue} for is_cue in (False, True))
    return stated == {verb.tag_} and says.isdisjoint(stated)  # "grew fast, she says, and fell over"


def _holds_verb(parsed: Parsed, content: Span) -> bool:
    words = (t for t in parsed.doc if content.start <= t.idx + parsed.span.start < content.end)
    return any(word.tag_ in FINITE_TAGS for word in words)


def _says_what_ought_to_be(parsed: Parsed, content: Span) -> bool:
    words = (t for t in parsed.doc if content.start <= t.idx + parsed.span.start < content.end)
    return any(word.lower_ in OUGHT for word in words)


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
