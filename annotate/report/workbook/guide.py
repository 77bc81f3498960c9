"""The words of the workbook's table *How to*; pure."""

from __future__ import annotations

from annotate.labels import SPECS
from annotate.model import CHECK_STATES

Line = tuple[str, str]  # a look (head, text, typed or the name of a label) and words

WHAT = (
    "To decide: first the claims on which annotators differ, the hardest first; below the thick line, in "
    "grey, those that still wait for answers. To check: the checkable facts. All claims: these and the "
    "others, in reading order."
)
CHOOSE = (
    "Choose a label in the yellow column Decision, or type it; its letter is enough ({}). The word none "
    "takes a decision back."
)
CORRECT = (
    "Note is for your reason. Source, Source kind and Evidence can be corrected, with a decision or without. "
    "The other cells are locked: what is typed there would change nothing."
)
CHECK = (
    "In To check, the claim to check first stands on top, with the reasons; checked and dropped ones "
    "are grey. Choose a state in the yellow column Check ({}), write who checks the claim into "
    "Assignee, and into Evidence addresses or other words, with spaces or line ends between them."
)
SORT = (
    "Filter as you like. To sort, or to add columns of your own, take the protection off (Excel: Review, "
    "Unprotect Sheet; LibreOffice: Tools, Protect Sheet); it has no password. Keep the column Claim id."
)
SAVE = (
    "Save the workbook here or elsewhere, as .xlsx or .ods, or one table of it as CSV. Then run\n"
    'annotate adjudicate desk.xlsx --editor "Your name"'
)
KEPT = (
    "The command says what it takes, and what it does not take and why. What you typed is kept when a "
    "report is written again, until the command has taken it. Close the workbook before: a report does not "
    "touch one that is open."
)


def guide(title: str, claims: int, *, most: int) -> list[Line]:
    """Return the lines that say how to decide in the workbook.

    Args:
        title: of the project.
        claims: how many it has.
        most: how many of them the workbook lists.
    """
    letters = ", ".join(spec.letter for spec in SPECS)
    few = f"This workbook lists {most:,} of {claims:,} claims. claims.csv has all of them."
    return [
        ("head", title or "Claims to decide"),
        ("text", WHAT),
        *([("text", few)] if claims > most else []),
        ("head", "Decide"),
        ("typed", CHOOSE.format(letters)),
        ("text", CORRECT),
        ("typed", CHECK.format(", ".join(CHECK_STATES))),
        ("text", SORT),
        ("head", "Hand it in"),
        ("text", SAVE),
        ("text", KEPT),
        ("head", "Colours"),
        *((spec.name, spec.shown) for spec in SPECS),
    ]
