"""What a person at the terminal is told of a review: its address, and how it ended."""

from __future__ import annotations

import sys
import webbrowser

from annotate.cli.screen import data, note
from annotate.text import counted, display_path
from annotate.workflows import ReviewSession


def opened(address: str, session: ReviewSession, *, show: bool) -> None:
    """Print the address of a review page, and open it in the browser where that is wanted."""
    decided, total = session.progress
    note(f"{decided} of {counted(total, 'dispute')} of “{session.title}” decided; Ctrl-C ends the review.")
    data(f"{address}\n")
    sys.stdout.flush()
    if show and not webbrowser.open(address):
        note("No browser was found: open the address above in one.")


def ended(session: ReviewSession) -> None:
    """Print what is decided, and what of it Label Studio does not have."""
    decided, total = session.progress
    if unwritten := session.unwritten:
        why = f" ({session.trouble})" if session.trouble else ""
        note(
            f"{counted(unwritten, 'decision')} not in Label Studio yet{why}: kept in "
            f"{display_path(session.folder)}; the next `annotate review` goes on with "
            f"{'it' if unwritten == 1 else 'them'}."
        )
    note(f"{decided} of {counted(total, 'dispute')} decided: `annotate report` shows them.")
