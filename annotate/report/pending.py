"""Decisions that an editor made and Label Studio does not have yet, kept in a file beside the answers.

The file is replaced whole at each change, so that a program that is killed loses and doubles nothing: a
decision stays in it until Label Studio is known to have it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from annotate.errors import BadInput
from annotate.model import Decision
from annotate.report.sheets import refuse_link, replace_file

FILE = "pending.json"
OUTDATED = "?"  # in the place of a moment: the editor saw an older state than the last, and has to choose


@dataclass(frozen=True, slots=True)
class Pending:
    """A decision to be written, by whom, and the moment of the last one that this editor knew of the claim.

    `known` is empty where the editor knew none, and `OUTDATED` where the editor saw an older one.
    """

    number: int
    decision: Decision
    editor: str
    known: str


class PendingDecisions:
    """The decisions of a project's folder that are to be written, oldest first; one process has them."""

    def __init__(self, folder: Path) -> None:
        self.path = refuse_link(folder) / FILE
        self._items = {item.number: item for item in _read(self.path)}
        self._last = max(self._items, default=0)

    def __iter__(self) -> Iterator[Pending]:
        return iter(list(self._items.values()))

    def __len__(self) -> int:
        return len(self._items)

    def get(self, number: int) -> Pending | None:
        """Return a decision as it is now; `None` where it was removed."""
        return self._items.get(number)

    def add(
        self, decision: Decision, *, editor: str, known: str, instead_of: Iterable[Pending] = ()
    ) -> Pending:
        """Keep a decision, in the place of others; it is on the disk when this returns.

        Its number is new: what is still being written under an earlier one is never taken for it.

        Raises:
            AnnotateError: where the file cannot be written; the decision is not kept then.
        """
        item = Pending(self._last + 1, decision, editor, known)
        given_up = {each.number for each in instead_of}
        left = {key: each for key, each in self._items.items() if key not in given_up}
        self._replace({**left, item.number: item})
        self._last = item.number
        return item

    def remove(self, number: int, *, written_at: str = "") -> None:
        """Remove a decision that was written at a moment, or given up.

        Later ones of its claim know of it, unless their editor had not seen it.
        """
        gone = self._items[number]
        left = {key: item for key, item in self._items.items() if key != number}
        if written_at:
            of_claim = (item for item in left.values() if item.decision.claim_id == gone.decision.claim_id)
            left |= {i.number: replace(i, known=written_at) for i in of_claim if i.known != OUTDATED}
        self._replace(left)

    def _replace(self, items: dict[int, Pending]) -> None:
        replace_file(self.path, json.dumps([asdict(item) for item in items.values()]).encode())
        self._items = items


def unwritten_claims(folder: Path) -> tuple[str, ...]:
    """Return the claims of the decisions in a project's folder that are to be written, one for each decision.

    Raises:
        BadInput: where the file is damaged.
    """
    return tuple(item.decision.claim_id for item in PendingDecisions(folder))


def _read(path: Path) -> list[Pending]:
    try:
        stored = json.loads(path.read_bytes())
        return [Pending(**{**item, "decision": Decision(**item["decision"])}) for item in stored]
    except FileNotFoundError:
        return []
    except (ValueError, TypeError, KeyError) as error:
        raise BadInput(
            f"{path} is damaged ({error}): it holds decisions that were not written; move it elsewhere, and "
            "make them again"
        ) from error
