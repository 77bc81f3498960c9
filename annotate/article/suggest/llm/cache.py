"""Answers that are kept: one SQLite file, written after each request, so that a break loses none."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from annotate.article.suggest.llm.prompt import VERSION
from annotate.article.suggest.llm.questions import Question
from annotate.errors import AnnotateError, BadInput

TABLE = """
CREATE TABLE IF NOT EXISTS answers (
  key TEXT PRIMARY KEY, model TEXT NOT NULL, answer TEXT NOT NULL,
  tokens_in REAL NOT NULL, tokens_out REAL NOT NULL
) WITHOUT ROWID"""
WAIT = 30  # seconds for another command that writes
AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Known:
    """An answer as the model gave it, and its share of the tokens of its request."""

    answer: Mapping[str, Any]
    tokens_in: float
    tokens_out: float


def key_of(question: Question, *, model: str, instructions: str) -> str:
    """Return what an answer is kept under.

    It changes with the claim's words, its paragraph, the model, the codebook and the labels.
    """
    asked = [VERSION, model, instructions, question.kind, question.words, question.context]
    return hashlib.sha256(json.dumps(asked).encode()).hexdigest()


class AnswerCache:
    """The file of answers; it is made with the first answer that is put into it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def find(self, keys: Iterable[str]) -> dict[str, Known]:
        """Return the answers that are known, by their keys.

        Raises:
            BadInput: where the file is damaged.
            AnnotateError: where it cannot be read.
        """
        if not self.path.exists():
            return {}
        wanted, found = list(keys), dict[str, Known]()
        with self._opened() as database:
            for at in range(0, len(wanted), AT_ONCE):
                some = wanted[at : at + AT_ONCE]
                places = ",".join("?" * len(some))
                query = f"SELECT key, answer, tokens_in, tokens_out FROM answers WHERE key IN ({places})"  # noqa: S608
                for key, answer, tokens_in, tokens_out in database.execute(query, some):
                    found[key] = Known(json.loads(answer), tokens_in, tokens_out)
        return found

    def keep(self, answers: Mapping[str, Known], *, model: str) -> None:
        """Write answers, all or none. Raises as `find` does."""
        if not answers:
            return
        rows = [
            (key, model, json.dumps(each.answer), each.tokens_in, each.tokens_out)
            for key, each in answers.items()
        ]
        with self._opened() as database:
            database.executemany("INSERT OR REPLACE INTO answers VALUES (?, ?, ?, ?, ?)", rows)

    @contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        """Return the database within a transaction."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            database = sqlite3.connect(self.path, timeout=WAIT)
            try:
                with database:
                    database.execute(TABLE)
                    yield database
            finally:
                database.close()
        except (sqlite3.OperationalError, OSError) as error:
            raise AnnotateError(
                f"{self.path} cannot be used ({error}): check free space and permissions"
            ) from error
        except (sqlite3.DatabaseError, ValueError) as error:
            raise BadInput(
                f"{self.path} is damaged ({error}): delete it, and the model is asked anew"
            ) from error
