"""The things that travel through the house, from the article to the report; all frozen.

Offsets are code points of `Article.text`, half-open: `text[start:end]`.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple, get_args

BlockKind = Literal["heading", "byline", "caption", "body", "quote", "list_item", "boilerplate"]
SkipKind = Literal[
    "heading",
    "byline",
    "caption",
    "credit",
    "boilerplate",
    "question",
    "text_about_text",
    "fragment",
    "mark",
    "timecode",
]
Shown = Literal["off", "hint", "preload", "blind"]
Splitter = Literal["clauses", "sentences", "model"]
SourceKind = Literal["person", "organisation", "document", "unnamed"]
CheckState = Literal["to check", "in hand", "checked", "dropped"]  # of a checkable fact; also as shown
Label = str  # one of `annotate.labels.LABELS`

CHECK_STATES: tuple[CheckState, ...] = get_args(CheckState)
TO_CHECK, IN_HAND, CHECKED, DROPPED = CHECK_STATES  # the first is that of a claim on which none is decided

CHECK_FIELDS = ("check", "assignee")  # decided of checkable facts alone
DECIDED_FIELDS = ("source", "source_kind", "evidence", *CHECK_FIELDS)  # decided beside label and note


class Span(NamedTuple):
    """A half-open stretch `[start, end)` of a text, in code points."""

    start: int
    end: int

    def of(self, text: str) -> str:
        """Return the words of this span in `text`."""
        return text[self.start : self.end]

    def shift(self, by: int) -> Span:
        """Return the same stretch in a text that begins `by` code points earlier."""
        return Span(self.start + by, self.end + by)

    @property
    def length(self) -> int:
        """The number of characters."""
        return self.end - self.start

    def overlaps(self, other: Span) -> bool:
        """Return whether the two share a character."""
        return self.start < other.end and other.start < self.end

    def common(self, other: Span) -> int:
        """Return how many characters the two share."""
        return max(0, min(self.end, other.end) - max(self.start, other.start))


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph-like span of an article, with its kind."""

    start: int
    end: int
    kind: BlockKind

    @property
    def span(self) -> Span:
        """The stretch of the article's text."""
        return Span(self.start, self.end)


class Time(NamedTuple):
    """When the words from `start` on are said, in seconds from the beginning of a recording."""

    start: int
    seconds: float

    @property
    def clock(self) -> str:
        """The time as people write it: `01:02:03`."""
        minutes, seconds = divmod(int(self.seconds), 60)
        return f"{minutes // 60:02}:{minutes % 60:02}:{seconds:02}"


@dataclass(frozen=True, slots=True)
class Article:
    """One text with its title and address, cut into blocks in reading order.

    `article_id` is a slug that stays when the text is corrected; `revision` changes with every character.
    `date` is as the page gives it (ISO `YYYY-MM-DD`, or empty). `unread` are the stretches of the text that
    no reader reads as words, in order and apart: Markdown's signs, link targets, a hyphen with its line break
    inside a word. `times` are those of a transcript, in order. `notes` are lines for a person: what of the
    source was not read.
    """

    article_id: str
    text: str
    blocks: tuple[Block, ...]
    title: str = ""
    author: str = ""
    date: str = ""
    address: str = ""
    unread: tuple[Span, ...] = ()
    times: tuple[Time, ...] = ()
    notes: tuple[str, ...] = ()

    def time_at(self, offset: int) -> Time | None:
        """Return when the words at an offset are said; `None` where nothing tells."""
        index = bisect_right(self.times, offset, key=lambda time: time.start)
        return self.times[index - 1] if index else None

    @property
    def revision(self) -> str:
        """Twelve hex digits that change with the text."""
        return hashlib.sha256(self.text.encode("utf-8", "surrogatepass")).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class Attribution:
    """Who is said to carry a claim, the words that say so, and what they carry.

    Any of the three may be `None`; a source inherited from an earlier sentence lies outside the claim.
    `kind` is what the source is, where that can be told. `through` are those who passed the claim on, the
    outermost first: in "Politico, citing officials, reported that Lund said …" Politico and the officials.
    `named` is where the name stands that a pronoun as source is safe to stand for. `source_full` is the whole
    noun phrase around the source, with trailing apposition or relative clause: "Lund, who owns the mill,".
    An `attitude` is what somebody is said to believe, want or refuse: no utterance, and no claim's source.
    """

    source: Span | None
    cue: Span | None
    content: Span | None
    kind: SourceKind | None = None
    through: tuple[Span, ...] = ()
    named: Span | None = None
    source_full: Span | None = None
    attitude: bool = False

    def shift(self, by: int) -> Attribution:
        """Return the same attribution in a text that begins `by` code points earlier."""
        return self.moved(lambda span: span.shift(by))

    def moved(self, to: Callable[[Span], Span]) -> Attribution:
        """Return the same attribution with each of its spans where `to` puts it."""
        spans = (self.source, self.cue, self.content, self.named, self.source_full)
        source, cue, content, named, full = (span and to(span) for span in spans)
        through = tuple(map(to, self.through))
        return Attribution(source, cue, content, self.kind, through, named, full, self.attitude)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """The label that the program proposes, its score in 0..1, what speaks for it, and the model behind it."""

    label: Label
    score: float
    rule: str
    model: str = "rules-1"  # name and version


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim-sized span of an article; `article.text[start:end] == text` always holds.

    `index` counts claims from 0 in reading order, `block` is the index of its block, `section` the words of
    the heading above it (empty before the first heading). `language` is that of its sentence (ISO 639-1);
    only English is cut by clauses, other languages by sentences or by a language model.
    """

    article_id: str
    claim_id: str
    index: int
    start: int
    end: int
    text: str
    block: int
    kind: BlockKind
    section: str = ""
    suggestion: Suggestion | None = None
    attribution: Attribution | None = None
    language: str = "en"
    splitter: Splitter = "clauses"

    @property
    def span(self) -> Span:
        """The stretch of the article's text."""
        return Span(self.start, self.end)


@dataclass(frozen=True, slots=True)
class Skip:
    """A stretch of an article that holds no claim, and why."""

    kind: SkipKind
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Decision:
    """What an editor decides of one claim, as a whole: it takes the place of every earlier decision.

    `fields` holds what is decided of `DECIDED_FIELDS`, empty text included. Without a label and without
    `fields` (`None`) it takes an earlier decision back; `{}` is a note alone.

    `task_id` is the task in which the claim stands, `start` and `end` where it begins and ends in the text of
    the revision that the task carries (code points).
    """

    claim_id: str
    label: Label | None
    note: str
    task_id: int
    start: int
    end: int
    fields: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Judgement:
    """One annotator's answer to one claim, as it came back from Label Studio.

    `label` is `None` unless `status` is `labelled`. `status` says what became of the claim in the answer:

    ==========  ==============================================================
    labelled    one of the desk's labels
    unjudged    the answer was submitted, this claim was left as it was
    deleted     the annotator took the claim away (not a claim)
    merged      the annotator took the claim away and stretched another one over its words
    skipped     the whole task was skipped
    draft       begun, not submitted
    unknown     a label that the labeling config does not have; see `given`
    withdrawn   an editor took a decision back
    noted       an editor wrote a note or one of `DECIDED_FIELDS`, and no final label
    ==========  ==============================================================

    `start`, `end`, `text` are the claim as the annotator left it (code points of the article's text);
    `added` marks a claim that only the annotator drew. `given` is the label as it stands in the answer.
    `origin` is Label Studio's word (`manual`, `prediction`, `prediction-changed`). `seconds` is the time
    spent on the whole answer, `answered_at` its last change (ISO 8601, UTC, the server's clock). `shown` is
    what the annotator saw of the suggestion. `seen_others` is empty where nothing tells that another's
    answer was open to the annotator; else `copied` (begun from another's answer), `edited` (changed by
    another user) or `changed` (changed after another had answered). `ground_truth` marks an editor's
    decision, and `decided` names what it decides of `DECIDED_FIELDS`, of which `check` and `assignee` are
    an editor's alone; `starred` an answer that has Label Studio's star, which decides nothing. `author` is
    the number of the user in Label Studio; where that user was deleted and no pull knows who it was, the
    annotation's, negative. `merged_into` is the claim that a `merged` one went into. `ruling` is the name of
    the codebook's question that decided, where the annotator ticked one.
    """

    article_id: str
    claim_id: str
    annotator: str
    status: Literal[
        "labelled",
        "unjudged",
        "deleted",
        "merged",
        "skipped",
        "draft",
        "unknown",
        "withdrawn",
        "noted",
    ]
    label: Label | None = None
    given: str = ""
    source: str = ""
    source_kind: str = ""
    evidence: str = ""
    check: CheckState | Literal[""] = ""
    assignee: str = ""
    flags: tuple[str, ...] = ()
    note: str = ""
    start: int = 0
    end: int = 0
    text: str = ""
    added: bool = False
    boundary_changed: bool = False
    origin: str = ""
    shown: Shown = "off"
    seen_others: str = ""
    codebook: str = ""
    seconds: float | None = None
    answered_at: str = ""
    task_id: int = 0
    annotation_id: int = 0
    ground_truth: bool = False
    cue: str = ""  # the words that say who carries it, as the annotator left them
    decided: tuple[str, ...] = ()
    author: int = 0
    starred: bool = False
    merged_into: str = ""
    ruling: str = ""


@dataclass(frozen=True, slots=True)
class Similar:
    """A claim that the desk remembers and that is like a claim at hand; it never says that this is checked.

    `says` is a sentence on what came of it, `score` the cosine of the two vectors. `theirs` and `ours` are
    the words of the remembered claim and of the one at hand in pieces, each with what differs there (a word
    such as `figure`) or nothing; `differs` names these once. `fields` are what is known of it, by name.
    """

    says: str
    score: float
    differs: tuple[str, ...]
    theirs: tuple[tuple[str, str], ...]
    ours: tuple[tuple[str, str], ...]
    fields: Mapping[str, str]

    @property
    def text(self) -> str:
        """The words of the remembered claim."""
        return "".join(words for words, _ in self.theirs)

    @property
    def differs_in(self) -> str:
        """What differs, in words."""
        if self.text == "".join(words for words, _ in self.ours):
            return "the same words"
        if not self.differs:
            return "no difference found in figures, dates, names or negation: read both"
        return f"differs in {', '.join(self.differs)}"
