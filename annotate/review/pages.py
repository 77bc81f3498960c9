"""The documents of the review page, made by a template that escapes the words of articles and people."""

from __future__ import annotations

import base64
import json
import shlex
from collections.abc import Mapping
from functools import cache
from typing import Any, get_args
from urllib.parse import quote

import jinja2

from annotate.config import codebook
from annotate.labels import LABELS, SHOWN_AS, SPECS
from annotate.model import CHECK_STATES, TO_CHECK, SourceKind
from annotate.report import (
    Held,
    ReviewedClaim,
    linked,
    page_environment,
    page_part,
    questions_at_issue,
    rank_of,
    similar_block,
    similar_style,
)
from annotate.text import counted, fold_spaces
from annotate.workflows import ReviewSession

PARTS = {"css": "text/css", "js": "text/javascript"}
KEPT = {"Cache-Control": "private, max-age=86400, immutable"}  # their address has the key of this start
MOST_LISTED = 500  # claims of a list
SAID = {
    "undone": "Undone: this claim is as it was before.",
    "nothing": "There is nothing to undo: nothing was decided since the review was started.",
}


def claim(session: ReviewSession, claim_id: str, *, base: str, said: str = "", checking: bool = False) -> str:
    """Return the page of one claim.

    Args:
        session: the review.
        claim_id: the claim.
        base: what all addresses begin with.
        said: what was done before.
        checking: whether it is looked at in the list of what is to check.

    Raises:
        BadInput: where there is no such claim.
    """
    if claim_id not in session.review.claims and (why := dict(session.open_points).get(claim_id)):
        mine = session.held(claim_id)
        return _render("gone", session, base=base, said=said, claim_id=claim_id, mine=mine, why=why)
    shown, held = session.claim(claim_id), session.held(claim_id)
    return _render(
        "claim",
        session,
        base=base,
        said=said,
        claim=shown,
        held=held,
        conflict=session.conflict(claim_id),
        refused=dict(session.open_points).get(claim_id) if not session.conflict(claim_id) else None,
        seen=write_seen(held),
        entered=_entered(shown, held),
        is_checkable=shown.is_checkable(held),
        checking=checking,
        similar=similar_block(session.similar.get(claim_id, ())),
        questions=questions_at_issue(codebook().text, shown),
        **(_neighbours_to_check(session, shown) if checking else _neighbours(session, shown)),
    )


def _entered(shown: ReviewedClaim, held: Held) -> dict[str, str]:
    """Return what the fields of a claim hold; a field has one line, so its line ends become spaces."""
    fields = {"note": held.note, **shown.cells, **held.fields}
    fields["check"] = fields["check"] or TO_CHECK
    return {name: fold_spaces(words) for name, words in fields.items()}


def checks(session: ReviewSession, *, base: str) -> str:
    """Return the page that lists what is to check."""
    items = session.to_check
    still = [item for item in items if not rank_of(item.state)]
    done = [item for item in items if rank_of(item.state)]
    return _render(
        "checks", session, base=base, said="", still=still, shown=still[:MOST_LISTED], done=done[:MOST_LISTED]
    )


def done(session: ReviewSession, *, base: str, said: str = "") -> str:
    """Return the page that says how far the review is, and how to go on."""
    waiting = [claim_id for claim_id in session.review.waiting if session.is_open(claim_id)]
    passed = [claim_id for claim_id in session.review.disputes if session.is_open(claim_id)]
    to_check = sum(not rank_of(item.state) for item in session.to_check)
    return _render("done", session, base=base, said=said, waiting=waiting, passed=passed, to_check=to_check)


def problem(why: str, *, base: str) -> str:
    """Return a page that says why something is not done."""
    return (
        _environment()
        .get_template("review.html.j2")
        .render(kind="problem", base=base, why=why, title="", session=None)
    )


def state(session: ReviewSession, *, base: str) -> dict[str, Any]:
    """Return what of the decisions is in Label Studio, in words.

    Returns:
        `words` and `trouble`, which is empty where all goes well, and `points`, each with `words` and the
        `address` of its claim.
    """
    unwritten = session.unwritten
    words = (
        f"{counted(unwritten, 'decision')} not in Label Studio yet" if unwritten else "All in Label Studio"
    )
    points = [
        {"words": words, "claim": _words_of(session, claim_id), "address": f"{base}/claim/{quote(claim_id)}"}
        for claim_id, words in session.open_points
    ]
    return {"words": words, "trouble": session.trouble, "points": points}


def part(name: str) -> str:
    """Return the style or the script, as `PARTS` names them."""
    if name == "css":
        return _environment().get_template("review.css").render(specs=SPECS) + similar_style()
    return page_part("annotate.review", f"review.{name}")


def write_seen(held: Held) -> str:
    """Return what is decided of a claim as a form carries it, to tell later whether it has changed since."""
    packed = json.dumps([held.label, held.note, dict(held.fields), held.editor, held.at])
    return base64.urlsafe_b64encode(packed.encode()).decode()


def read_seen(packed: str) -> Held:
    """Read what `write_seen` wrote; anything else is no decision."""
    try:
        label, note, fields, editor, at = json.loads(base64.urlsafe_b64decode(packed))
        return Held(label, str(note), dict(fields), str(editor), str(at))
    except (ValueError, TypeError):
        return Held()


def _words_of(session: ReviewSession, claim_id: str) -> str:
    found = session.review.claims.get(claim_id)
    words = found.text if found else claim_id
    return words if len(words) <= 80 else f"{words[:79]}…"


def _neighbours(session: ReviewSession, shown: ReviewedClaim) -> dict[str, Any]:
    """Return the place of a claim in its list, and the claims before and after it there."""
    review = session.review
    ids = review.waiting if shown.claim_id in review.waiting else review.disputes
    if shown.claim_id not in ids:
        return {"place": None, "before": None, "after": None, "of": len(ids), "is_waiting": False}
    at = ids.index(shown.claim_id)
    return {
        "place": at + 1,
        "of": len(ids),
        "before": ids[at - 1] if at else None,
        "after": ids[at + 1] if at + 1 < len(ids) else None,
        "is_waiting": ids is review.waiting,
    }


def _neighbours_to_check(session: ReviewSession, shown: ReviewedClaim) -> dict[str, Any]:
    """Return the place of a claim among those to check, and the claims before and after it there."""
    ids = [claim.claim_id for claim in session.checkable]
    at = ids.index(shown.claim_id) if shown.claim_id in ids else None
    return {
        "place": None if at is None else at + 1,
        "of": len(ids),
        "before": ids[at - 1] if at else None,
        "after": None if at is None else next(iter(ids[at + 1 :]), None),
        "is_waiting": False,
    }


def _render(kind: str, session: ReviewSession, *, base: str, said: str, **more: Any) -> str:
    decided, total = session.progress
    common: Mapping[str, Any] = {
        "session": session,
        "base": base,
        "said": said,
        "title": session.title,
        "decided": decided,
        "total": total,
        "state": state(session, base=base),
    }
    return _environment().get_template("review.html.j2").render(kind=kind, **common, **more)


@cache
def _environment() -> jinja2.Environment:
    environment = page_environment("annotate.review")
    environment.filters |= {"many": counted, "quoted": quote, "shell": shlex.quote, "linked": linked}
    environment.globals |= {
        "specs": SPECS,
        "labels": LABELS,
        "shown_as": SHOWN_AS,
        "kinds": get_args(SourceKind),
        "states": CHECK_STATES,
    }
    return environment
