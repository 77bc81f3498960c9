"""What a desk decided earlier: an index of claims and reviews, and what differs in one that is alike."""

from annotate.memory.differences import Differences, Mark, differences, pieces
from annotate.memory.feeds import reviews_in
from annotate.memory.index import EMPTY, LEAST, Damaged, Index, OtherModel, hits, packed_vectors
from annotate.memory.records import FEED, Hit, Record
from annotate.memory.search import Search
from annotate.memory.store import Feed, Store
from annotate.memory.wording import day, sentence, similar

__all__ = [
    "EMPTY",
    "FEED",
    "LEAST",
    "Damaged",
    "Differences",
    "Feed",
    "Hit",
    "Index",
    "Mark",
    "OtherModel",
    "Record",
    "Search",
    "Store",
    "day",
    "differences",
    "hits",
    "packed_vectors",
    "pieces",
    "reviews_in",
    "sentence",
    "similar",
]
