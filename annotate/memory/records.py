"""What the desk remembers: a claim of a project, or a review that a feed brought; and what is found of it."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Literal

FEED = "feed:"  # begins the source of a review; the key of a project holds no colon

How = Literal["decided", "agreed", "one", "open", "review"]


@dataclass(frozen=True, slots=True)
class Record:
    """A remembered claim; every field is text, empty where nothing is known.

    `source` is the key of its project, or `FEED` with the name of its feed; `title` is what people call it.
    `how` says where `label` comes from: an editor decided it, annotators
    agreed by majority, one annotator gave it, or it is open. `date` is the
    day of that (ISO), of a review the day on which it was published. `earlier` is `yes` where the article has
    been corrected since and no longer holds these words. `check` and `evidence` are as an editor's sheet has
    them. A review has `publisher`, `rating` as the publisher worded it, and its `address`.
    """

    text: str
    source: str
    title: str
    how: How
    article: str = ""
    article_title: str = ""
    claim_id: str = ""
    label: str = ""
    date: str = ""
    check: str = ""
    evidence: str = ""
    earlier: str = ""
    publisher: str = ""
    rating: str = ""
    address: str = ""

    @property
    def is_review(self) -> bool:
        """Whether a feed brought it."""
        return self.source.startswith(FEED)


FIELDS = tuple(field.name for field in fields(Record))


@dataclass(frozen=True, slots=True)
class Hit:
    """A remembered claim that is alike, with the cosine of the two vectors."""

    record: Record
    score: float
