"""What the labelling page may tell a person after a section, as the server's layer reads it; pure.

The layer (`annotate/studio/local/page/claimdesk_training.py`) holds it back until the section is answered: no
decided label is in a task.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from annotate.labels import SHOWN_AS
from annotate.report.page import questions_about
from annotate.text import fold
from annotate.training_round.decided import DecidedClaim
from annotate.training_round.records import Round

NOT_A_CLAIM = "not a claim"  # as the codebook says it


def answer_key(
    training: Round, decided: Mapping[str, DecidedClaim], codebook: str, aliases: Mapping[str, str]
) -> dict[str, Any]:
    """Return the key to a round as JSON has it.

    Args:
        training: the round.
        decided: by claim id what the desk decided, as it is now.
        codebook: its text, whose questions are told too.
        aliases: by folded spelling the name of a source, as `parse_aliases` returns it.
    """
    names = ("label", "source", "by", "note", "ruling")
    claims = (decided[each.claim_id] for each in training.claims)
    return {
        "person": training.person,
        "labels": dict(SHOWN_AS),
        "questions": [list(each) for each in questions_about(codebook, {*SHOWN_AS.values(), NOT_A_CLAIM})],
        "claims": {
            claim.claim_id: {name: getattr(claim, name) for name in names}
            | {"sources": _spellings(claim.source, aliases)}
            for claim in claims
        },
    }


def _spellings(source: str, aliases: Mapping[str, str]) -> list[str]:
    """Return the folded spellings of a source, none where there is no source."""
    if not source:
        return []
    name = fold(aliases.get(fold(source), source))
    return sorted({fold(source), name, *(each for each, named in aliases.items() if fold(named) == name)})
