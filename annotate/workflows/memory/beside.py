"""Vectors of claims, made beside a pull: while it waits for the server, some cores have nothing to do.

They depend on the words of the claims alone, not on answers, and stay in memory until `remember` writes them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Event, Lock, Thread
from types import TracebackType
from typing import Any

from annotate.article import cores
from annotate.article.nlp import embeddings
from annotate.config import Settings
from annotate.errors import BadInput
from annotate.memory import Store, packed_vectors
from annotate.studio import claim_texts, is_gold

BATCH = 64  # claims that are embedded at once: some tenths of a second, for which a Ctrl-C waits at most

Vectors = dict[str, tuple[float, bytes]]
Count = Callable[[int, int], None]


class VectorsBeside:
    """Vectors of the claims of tasks that a pull reads, by their words; a context that ends the threads.

    Words that the memory knows of the project in `folder` are left out. A fault ends the work silently:
    `remember` makes what is missing, and says what is wrong.
    """

    def __init__(self, settings: Settings, folder: Path) -> None:
        self._settings, self._source = settings, folder.name
        self._queue: SimpleQueue[list[str]] = SimpleQueue()
        self._part: list[str] = []
        self._seen: set[str] = set()
        self._known: set[str] | None = None  # not read yet
        self._made: Vectors = {}
        self._threads: list[Thread] = []
        self._alone, self._ended = Lock(), Event()
        self._most = cores() - 1 if settings.memory else 0  # one core reads and writes

    def __enter__(self) -> VectorsBeside:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        for thread in self._threads:
            thread.join()

    def see(self, task: Mapping[str, Any]) -> None:
        """Have the vectors of a task's claims made, but for gold: the memory has that of its own article."""
        if not self._most or is_gold(dict(task)):
            return
        for text in claim_texts(task):
            if text not in self._seen:
                self._seen.add(text)
                self._part.append(text)
        if len(self._part) >= BATCH:
            self._put()

    def finish(self, progress: Count) -> Vectors:
        """Return the vectors of all claims seen, once they are made, by all cores now.

        `progress` is called with how many are made, of all.
        """
        self._queue.put(self._part)
        with suppress(Empty):
            while not self._ended.is_set():
                self._embed(self._queue.get_nowait())
                progress(len(self._made), len(self._seen))
        self._ended.set()
        for thread in self._threads:
            thread.join()
        return self._made

    def _put(self) -> None:
        self._queue.put(self._part)
        self._part = []
        if len(self._threads) < self._most:
            self._threads.append(Thread(target=self._work, daemon=True))
            self._threads[-1].start()

    def _work(self) -> None:
        while not self._ended.is_set():
            with suppress(Empty):
                self._embed(self._queue.get(timeout=0.1))

    def _embed(self, texts: list[str]) -> None:
        try:
            known = self._of_memory() if texts else set()
            if new := [text for text in texts if text not in known]:
                self._load_model()
                self._made.update(zip(new, packed_vectors(embeddings.embed(new)), strict=True))
        except Exception:
            self._ended.set()

    def _of_memory(self) -> set[str]:
        """Return the words that the memory knows of the project; they are read once."""
        with self._alone:
            if self._known is None:
                self._known = set(Store(self._settings.exports).read().texts_of(self._source))
            return self._known

    def _load_model(self) -> None:
        """Load the model, so that no two threads do.

        Raises:
            BadInput: where there is none.
        """
        with self._alone:
            if why := embeddings.missing():
                raise BadInput(why)
            embeddings.embed([""])
