"""Find what the desk remembers of claims: of an article that is read, or of a project that was pulled."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from annotate.article.nlp import embeddings
from annotate.config import Settings, load_settings
from annotate.model import Article, Claim, Similar
from annotate.text import counted
from annotate.workflows.progress import SILENT, Progress

if TYPE_CHECKING:
    from annotate.memory import Search
    from annotate.report import Answers
    from annotate.workflows.articles import Extracted

LOOKED_UP = 1_000  # claims of a push, so that many articles are not kept waiting
LEAST_WORDS = 0.4  # cosine of what `annotate memory search` finds: a few words are no whole claim


class Recall:
    """What the memory holds of claims at hand; nothing where it is off, empty, or cannot be used."""

    def __init__(self, settings: Settings | None = None, *, progress: Progress = SILENT) -> None:
        """Open the memory; what is wrong with it is noted, and the work goes on without it."""
        desk = settings or load_settings()
        self._search, self._left = _search_of(desk, progress), LOOKED_UP

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to find."""
        return self._search is None

    def of_article(self, article: Article, claims: Iterable[Claim]) -> dict[str, list[Similar]]:
        """Return what is remembered of the claims of an article, by claim id; not what is of itself."""
        words = {claim.claim_id: claim.text for claim in claims}
        return self._search.similar(words, article=article.article_id) if self._search else {}

    def note_similar(self, batch: Iterable[Extracted], progress: Progress) -> None:
        """Note how many claims of articles are like remembered ones; of many articles only of the first."""
        for article, claims, _ in batch:
            self._left -= len(claims)
            if self.is_empty or self._left < 0:
                return
            if found := self.of_article(article, claims):
                first = next(iter(found.values()))[0]
                progress.note(
                    f"{article.article_id}: {counted(len(found), 'claim')} similar to earlier ones, such as "
                    f"“{first.text}”, {first.says} ({first.differs_in}); `annotate claims` lists them."
                )

    def of_project(self, answers: Answers, key: str) -> dict[str, list[Similar]]:
        """Return what other articles and projects have that is like the claims of a project, by claim id."""
        found: dict[str, list[Similar]] = {}
        if self._search is None:
            return found
        for article in answers.articles:
            words = {claim.claim_id: claim.text for claim in article.claims}
            found |= self._search.similar(words, article=article.article_id, project=key)
        return found

    def of_words(self, words: str, *, most: int = 10) -> list[Similar]:
        """Return what is remembered that is like some words."""
        found = self._search.similar({"": words}, most=most, least=LEAST_WORDS) if self._search else {}
        return found.get("", [])


def _search_of(desk: Settings, progress: Progress) -> Search | None:
    """Return a search of the memory; `None` where there is nothing to find, or it cannot be used."""
    if not desk.memory or not desk.memory_file.is_file() or embeddings.missing():
        return None
    from annotate.memory import Damaged, Search, Store  # loads Arrow and pandas

    try:
        index = Store(desk.exports).read()
    except Damaged as error:
        progress.note(f"Nothing is looked up: {error}; `annotate memory rebuild` makes it anew.")
        return None
    return Search(index) if len(index) else None
