"""What differs between two claims that are alike: figures, dates, names, negation, quantities; pure.

A vector says little of these: a claim with another figure, or with a "not", is as near as a paraphrase. So
what one claim has and the other has not is marked in both, by rules over words. A paraphrase may get a mark
too many; a reader judges it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from annotate.memory.dates import date_at, fits
from annotate.memory.figures import figure_at, same, weak_one
from annotate.memory.tokens import Feature, Kind, Line, line_of
from annotate.memory.words import words

KINDS: tuple[Kind, ...] = ("figure", "date", "name", "negation", "quantity")
LEAST_ACRONYM = 2  # letters


@dataclass(frozen=True, slots=True)
class Mark:
    """A stretch of a claim that the other has not, in code points, and what it is."""

    start: int
    end: int
    kind: Kind


@dataclass(frozen=True, slots=True)
class Differences:
    """The marks in the earlier and in the later claim, each in reading order."""

    earlier: tuple[Mark, ...]
    later: tuple[Mark, ...]

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """What differs, each kind once."""
        found = {mark.kind for mark in (*self.earlier, *self.later)}
        return tuple(kind for kind in KINDS if kind in found)


def differences(earlier: str, later: str) -> Differences:
    """Compare two claims.

    >>> differences("The bridge cost $3 million.", "The bridge cost $5 million.").kinds
    ('figure',)
    """
    lines = (line_of(earlier), line_of(later))
    features = (_features(lines[0]), _features(lines[1]))
    alone: tuple[list[Feature], list[Feature]] = ([], [])
    for kind, is_same in SAME.items():
        one, other = ([each for each in side if each.kind == kind] for side in features)
        for side, left in enumerate(_unmatched(one, other, is_same)):
            alone[side].extend(left)
    _add_ones(lines, alone)
    for side, found in enumerate(_opposites(*lines)):
        alone[side].extend(found)
    for side, found in enumerate(_names(lines, features)):
        alone[side].extend(found)
    return Differences(_marks(lines[0], alone[0]), _marks(lines[1], alone[1]))


def pieces(text: str, marks: Sequence[Mark]) -> list[tuple[str, str]]:
    """Return a claim in pieces: the words, and the kind of the difference that they are, or nothing.

    >>> pieces("In 1911", [Mark(3, 7, "date")])
    [('In ', ''), ('1911', 'date')]
    """
    found, at = list[tuple[str, str]](), 0
    for mark in marks:
        found += [(text[at : mark.start], ""), (text[mark.start : mark.end], mark.kind)]
        at = mark.end
    return [piece for piece in [*found, (text[at:], "")] if piece[0]]


# --------------------------------------------------------------------------- what a claim says


def _features(line: Line) -> list[Feature]:
    """Return dates, figures, negations and quantities in reading order, none within another."""
    found, at = list[Feature](), 0
    while at < len(line.tokens):
        feature = next((each for reader in READERS if (each := reader(line, at))), None)
        if feature:
            found.append(feature)
        at = feature.last if feature else at + 1
    return found


def _quantity_at(line: Line, at: int) -> Feature | None:
    meaning, length = line.phrase(at, words().quantity)
    if length == 1 and _is_other_use(line, at):
        return None
    return Feature("quantity", at, at + length, {"value": meaning}) if meaning else None


def _is_other_use(line: Line, at: int) -> bool:
    """Return whether a word is no quantity here: "the most expensive", "each day", "of all", "over there"."""
    word, before, behind = line.low(at), line.low(at - 1), line.low(at + 1)
    if word in ("over", "above", "under", "below"):
        return not figure_at(line, at + 1 + (behind == "a"))
    if word in ("each", "every"):
        return (behind,) in words().units or behind in words().spans
    return (word, before) in (("most", "the"), ("most", "at"), ("all", "of"), ("many", "as"), ("few", "a"))


def _negation_at(line: Line, at: int) -> Feature | None:
    meaning, length = line.phrase(at, words().negation)
    if not meaning and line.low(at).endswith("n't"):
        meaning, length = "not", 1
    return Feature("negation", at, at + length, {"value": meaning}) if meaning else None


def _longest(line: Line, at: int) -> Feature | None:
    """Return the longer of a negation and a quantity: "no more than" is none, "no longer" is one."""
    found = [each for each in (_quantity_at(line, at), _negation_at(line, at)) if each]
    return max(found, key=lambda each: each.last, default=None)


READERS: tuple[Callable[[Line, int], Feature | None], ...] = (date_at, figure_at, _longest)


def _same_value(one: Feature, other: Feature) -> bool:
    return one.parts["value"] == other.parts["value"]


def _same_date(one: Feature, other: Feature) -> bool:
    return fits(one.parts, other.parts)


SAME: dict[Kind, Callable[[Feature, Feature], bool]] = {
    "figure": same,
    "date": _same_date,
    "negation": _same_value,
    "quantity": _same_value,
}


def _unmatched(
    ones: Sequence[Feature], others: Sequence[Feature], is_same: Callable[[Feature, Feature], bool]
) -> tuple[list[Feature], list[Feature]]:
    """Return what each side has alone; of several that fit, those that are equal belong together."""
    left = list(others)
    alone = []
    for one in ones:
        fitting = [other for other in left if is_same(one, other)]
        match = next(
            (other for other in fitting if other.parts == one.parts), fitting[0] if fitting else None
        )
        if match is None:
            alone.append(one)
        else:
            left.remove(match)
    return alone, left


def _add_ones(lines: tuple[Line, Line], alone: tuple[list[Feature], list[Feature]]) -> None:
    """Where one side alone has figures, a "one" of the other side is a figure too."""
    figures = [[each for each in side if each.kind == "figure"] for side in alone]
    for side in (0, 1):
        if figures[1 - side] and not figures[side]:
            line = lines[side]
            alone[side].extend(
                Feature("figure", at, at + 1, {"value": 1.0, "unit": ""})
                for at in range(len(line.tokens))
                if weak_one(line, at)
            )


# --------------------------------------------------------------------------- opposites and names


def _opposites(one: Line, other: Line) -> Iterator[list[Feature]]:
    """Yield for each side the words whose opposite the other side has, and not the word's own side."""
    sides = words().opposites
    has = [
        frozenset[tuple[int, int]]().union(*(sides.get(low, ()) for low in line.vocabulary))
        for line in (one, other)
    ]
    for number, line in enumerate((one, other)):
        there, here = has[1 - number], has[number]
        yield [
            Feature("quantity", at, at + 1, {"value": token.low})
            for at, token in enumerate(line.tokens)
            if any(
                (pair, 1 - side) in there and (pair, side) not in there and (pair, 1 - side) not in here
                for pair, side in sides.get(token.low, ())
            )
        ]


def _names(
    lines: tuple[Line, Line], features: tuple[list[Feature], list[Feature]]
) -> Iterator[list[Feature]]:
    """Yield for each side the names that the other side has not."""
    taken = [{at for each in side for at in range(each.first, each.last)} for side in features]
    for number, line in enumerate(lines):
        other = lines[1 - number]
        known = other.vocabulary | _initials(other)
        runs = _runs(line)
        yield [
            Feature("name", at, at + 1, {"value": line.low(at)})
            for at in _name_places(line, other, taken[number], taken[1 - number])
            if line.low(at) not in known
            and line.low(at).removesuffix("'") not in known
            and not any(at in run and _initials_of(line, run) in other.vocabulary for run in runs)
        ]


def _name_places(line: Line, other: Line, taken: set[int], taken_there: set[int]) -> Iterator[int]:
    """Yield the places of names: capitals, but at the beginning only where something speaks for a name."""
    lists = words()
    for at, token in enumerate(line.tokens):
        if not token.is_capital or at in taken or token.low in lists.titles | lists.openers:
            continue
        begins = at == 0 or line.text[: token.start].rstrip(" “”\"'‘’(").endswith((".", ":", "!", "?"))
        if not begins or _is_name_at_head(line, other, at, taken_there):
            yield at


def _is_name_at_head(line: Line, other: Line, at: int, taken_there: set[int]) -> bool:
    """Return whether the first word is a name: an acronym, one of two capitals, or in another's place."""
    word, following = line.tokens[at].text, line.tokens[at + 1 : at + 2]
    if len(word) >= LEAST_ACRONYM and any(letter.isupper() for letter in word[1:]):
        return True
    if following and following[0].is_capital:
        return True
    in_place = (
        at == 0 and other.tokens and 0 not in taken_there and other.tokens[0].low not in words().openers
    )
    return bool(in_place) and all(line.low(each) == other.low(each) != "" for each in (1, 2))


def _runs(line: Line) -> list[range]:
    """Return the stretches of several words with capitals one after the other."""
    runs, at = list[range](), 0
    while at < len(line.tokens):
        end = at
        while end < len(line.tokens) and _is_capital_word(line, end):
            end += 1
        if end - at >= LEAST_ACRONYM:
            runs.append(range(at, end))
        at = max(end, at + 1)
    return runs


def _is_capital_word(line: Line, at: int) -> bool:
    return line.tokens[at].is_capital and line.low(at) not in words().openers


def _initials(line: Line) -> frozenset[str]:
    return frozenset(_initials_of(line, run) for run in _runs(line))


def _initials_of(line: Line, run: range) -> str:
    return "".join(line.low(at)[0] for at in run)


def _marks(line: Line, features: Iterable[Feature]) -> tuple[Mark, ...]:
    """Return marks in reading order, none over another."""
    found, end = list[Mark](), 0
    for feature in sorted(features, key=lambda each: (each.first, -each.last)):
        mark = Mark(line.tokens[feature.first].start, line.tokens[feature.last - 1].end, feature.kind)
        if mark.start >= end:
            found.append(mark)
            end = mark.end
    return tuple(found)
