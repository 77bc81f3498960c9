"""Find what the desk remembers of claims at hand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cached_property

import numpy as np
import numpy.typing as npt

from annotate.article.nlp import embeddings
from annotate.memory.differences import differences
from annotate.memory.index import LEAST, Embed, Index, hits
from annotate.memory.records import Hit
from annotate.memory.wording import similar
from annotate.model import Similar

CANDIDATES = 10  # of the nearest that are compared word by word
EACH = 0.03  # what each kind of difference takes from a cosine when the best are chosen
OPEN = 0.04  # what is taken where nothing came of a claim yet
SETTLED = {"decided": 0, "review": 1, "agreed": 1, "one": 2, "open": 3}
#: An article, by its id, and the key of its project, or "" where it is in none yet.
Own = tuple[str, str]


class Search:
    """Searches of one index, in which each article is left out of what is found for it."""

    def __init__(self, index: Index, *, embed: Embed = embeddings.embed) -> None:
        self.index, self.embed = index, embed
        self._own: dict[Own, npt.NDArray[np.bool_] | None] = {}

    def similar(
        self,
        claims: Mapping[str, str],
        *,
        article: str = "",
        project: str = "",
        most: int = 2,
        least: float = LEAST,
    ) -> dict[str, list[Similar]]:
        """Return by id the remembered claims that are like claims of one article, the best first.

        Claims for which nothing is found are left out.

        Args:
            claims: words by id.
            article: its id; what is remembered of it is left out.
            project: the key of its project: what other projects have of the article is found. Without it
                the article is left out wherever it is.
            most: how many for each claim.
            least: the smallest cosine.
        """
        if not len(self.index) or not claims:
            return {}
        vectors = self._vectors(list(claims.values()), project)
        own = self._rows_of((article, project))
        rows = self.index.search(
            vectors,
            most=max(CANDIDATES, most),
            least=least,
            leave_out=None if own is None else [own] * len(claims),
        )
        found = {}
        for (claim_id, text), best in zip(claims.items(), rows, strict=True):
            chosen = _chosen(hits(self.index, best), text, most)
            if chosen:
                found[claim_id] = [similar(hit, text, same_titles=self.same_titles) for hit in chosen]
        return found

    @cached_property
    def same_titles(self) -> frozenset[str]:
        """Titles that several projects have."""
        pairs = self.index.table.select(["source", "title"]).group_by(["source", "title"]).aggregate([])
        titles = Counter(pairs["title"].to_pylist())
        return frozenset(title for title, count in titles.items() if count > 1)

    def _vectors(self, texts: Sequence[str], project: str) -> npt.NDArray[np.float32]:
        """Return the vectors of texts; those of a project that is remembered are in the index."""
        known = self._known(project) if project else {}
        new = list(dict.fromkeys(text for text in texts if text not in known))
        made = dict(zip(new, self.embed(new), strict=True)) if new else {}
        return np.array(
            [made[text] if text in made else _unpacked(*known[text]) for text in texts], np.float32
        )

    def _known(self, project: str) -> Mapping[str, tuple[float, bytes]]:
        if self._project != project:
            self._project, self._of_project = project, self.index.of_source(project)
        return self._of_project

    _project = ""
    _of_project: Mapping[str, tuple[float, bytes]] = {}

    def _rows_of(self, own: Own) -> npt.NDArray[np.bool_] | None:
        article, project = own
        if not article:
            return None
        if own not in self._own:
            values = {"article": article} | ({"source": project} if project else {})
            self._own = {own: self.index.rows_where(**values)}
        return self._own[own]


def _chosen(found: Sequence[Hit], text: str, most: int) -> list[Hit]:
    """Return the best: alike, with few differences; of equal ones settled and new ones first, none twice."""
    compared = [(_worth(hit, text), hit) for hit in found]
    compared.sort(key=lambda each: each[1].record.date, reverse=True)
    compared.sort(key=lambda each: (-round(each[0], 3), SETTLED[each[1].record.how]))
    chosen: dict[tuple[str, str], Hit] = {}
    for _, hit in compared:
        chosen.setdefault((hit.record.text, hit.record.title), hit)
    return list(chosen.values())[:most]


def _worth(hit: Hit, text: str) -> float:
    kinds = differences(hit.record.text, text).kinds
    return hit.score - EACH * len(kinds) - OPEN * (hit.record.how == "open")


def _unpacked(factor: float, vector: bytes) -> npt.NDArray[np.float32]:
    return np.frombuffer(vector, np.int8).astype(np.float32) * np.float32(factor)
