"""Labels of other tools as those of the desk; pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from annotate.errors import BadInput, UsageError
from annotate.labels import LABELS, SHOWN_AS
from annotate.report.formats.marked import CUE, NO_LABEL, SOURCE
from annotate.text import fold

IGNORE = "ignore"  # in the place of a label: spans with this one are left out
NOT_LABELS = (NO_LABEL, SOURCE, CUE)  # what this program's own exports mark besides


@dataclass(frozen=True, slots=True)
class LabelMap:
    """What labels of another tool are called here; `chosen` by a person, the desk's own by their names."""

    chosen: Mapping[str, str] = field(default_factory=dict)

    def label(self, given: str) -> str | None:
        """Return the desk's label, `IGNORE`, or `None` for an unknown one.

        >>> LabelMap({"Fact": "checkable_fact"}).label("Fact"), LabelMap().label("Attributed Report")
        ('checkable_fact', 'attributed_report')
        """
        if given in self.chosen:
            return self.chosen[given]
        return IGNORE if given in NOT_LABELS else _OWN.get(_key(given))

    def check(self, given: Iterable[str]) -> None:
        """Check that all labels are known.

        Raises:
            BadInput: where some are not, with how often each was given and how to map them.
        """
        counts = Counter(given)
        unknown = {label: count for label, count in counts.most_common() if self.label(label) is None}
        if unknown:
            listed = ", ".join(f"“{_short(label)}” ({count})" for label, count in unknown.items())
            example = _short(next(iter(unknown)))
            raise BadInput(
                f'unknown labels: {listed}: say what each is, as in --label-map "{example}={LABELS[0]}" '
                f"(there are {', '.join(LABELS)}; {IGNORE} leaves a label out)"
            )
        if unused := [label for label in self.chosen if label not in counts]:
            raise BadInput(
                f"--label-map names {', '.join(f'“{_short(label)}”' for label in unused)}, which the labels "
                f"do not have (there are {', '.join(f'“{_short(label)}”' for label in counts) or 'none'})"
            )


def parse_label_map(given: Iterable[str]) -> LabelMap:
    """Read `NAME=label` pairs, several of them in one text separated by commas.

    >>> parse_label_map(["Fact=checkable_fact,View=opinion", "Other=ignore"]).chosen["View"]
    'opinion'

    Raises:
        UsageError: where a pair is none, or a label does not exist.
    """
    chosen: dict[str, str] = {}
    for pair in (pair for pairs in given for pair in pairs.split(",") if pair.strip()):
        name, equals, words = (part.strip() for part in pair.rpartition("="))
        label = IGNORE if words == IGNORE else _OWN.get(_key(words))
        if not (name and equals and label):
            raise UsageError(
                f"--label-map {_short(pair.strip())}: write NAME=LABEL, where LABEL is one of "
                f"{', '.join(LABELS)} or {IGNORE}"
            )
        if chosen.setdefault(name, label) != label:
            raise UsageError(f"--label-map names “{_short(name)}” twice: leave one of them out")
    return LabelMap(chosen)


def _key(words: str) -> str:
    return fold(words.replace("_", " ").replace("-", " "))


def _short(words: str) -> str:
    line = " ".join(words.split())
    return line if len(line) <= 40 else f"{line[:39]}…"


_OWN = {_key(words): label for label in LABELS for words in (label, SHOWN_AS[label])}
