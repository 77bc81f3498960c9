"""The labels of a desk, as `configs/labels.toml` declares them; read once, when this module is imported."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from itertools import permutations

from annotate.config import config_text
from annotate.errors import UsageError

FILE = "labels.toml"


@dataclass(frozen=True, slots=True)
class LabelSpec:
    """One label: its name in tables, how people and pages show it, and what follows from it.

    `colour` (of marks and bars) and `badge` (behind a white letter) are written `#RRGGBB`. `line` is a CSS
    `text-decoration-style`. A label that `needs_source` says that somebody else carries the claim; a claim
    with a label that is `checkable` has a check state and becomes a draft of a ClaimReview.
    """

    name: str
    shown: str
    hotkey: str
    letter: str
    colour: str
    badge: str
    line: str
    terminal: str
    needs_source: bool
    checkable: bool


# What each text may be. Names become columns, CSS classes and ids; shown words stand in CSS selectors.
FORMS: Mapping[str, re.Pattern[str]] = {
    "name": re.compile(r"[a-z]{2}[a-z0-9]*(_[a-z0-9]+)*"),
    "shown": re.compile(r"\w[\w ’-]*"),
    "hotkey": re.compile(r"[a-z0-9]"),
    "letter": re.compile(r"[^\W_]"),
    "colour": re.compile(r"#[0-9A-F]{6}"),
    "badge": re.compile(r"#[0-9A-F]{6}"),
    "line": re.compile(r"wavy|dashed|solid|double|dotted"),
    "terminal": re.compile(r"[a-z0-9_]+"),
}
# Names that mean something else: states of a claim, columns of tables, classes and ids of the report page.
RESERVED = re.compile(
    """
    claim|none|tie|unjudged|no_label|unanimous|majority|single|adjudicated|waiting|settled|disputed|claim_id
    |article|section|position|label|status|progress|votes|wanted|share|answers|source|source_kind
    |suggested_source|voted_source|decided_source|through|cue|evidence|flags|notes|suggestion
    |suggestion_score|context|link|decision|note|editor|final_label|editor_note|task_id|spellings|named|claims
    |(first|last)_(article|section|position|claim_id|week)|week|monday|judgements|annotators
    |percent_agreement|krippendorff_alpha|why|codebook|annotator|compared|agreeing|seconds|articles|projects
    |judged|skipped|draft|superseded|deleted|merged|unknown|against_others|start|end|active|badge|bar|byline
    |caption|changes|decided|detail|disputes|figures|filters|first|group|id|item|key|kind|meta|mixes|more
    |notice|number|off|others|reading|said|same|scroll|sections|small|sources|text|thin|unseen|who|wide
    |check|assignee|priority|reasons|checks
    |ruling|rulings|question|leads_to|needs_sentence|judged_twice|disputed_claims|different_rulings|not_a_claim
    |other_(share|disputes|judged_twice)|low|high
    |agreement|histogram|matrix|times|ends|columns|around|long|short|how|open
    """,
    re.VERBOSE,
)


def parse_labels(text: str) -> tuple[LabelSpec, ...]:
    """Read labels from TOML, one table `[[label]]` each, with the fields of `LabelSpec`.

    Raises:
        UsageError: where a field is missing, unknown or unfit, fewer than two labels are declared, or two
            labels have something in common that tells them apart.
    """
    try:
        specs = tuple(_spec(table) for table in tomllib.loads(text).get("label", ()))
        if len(specs) < 2:
            raise ValueError("there are fewer than two labels: add one under [[label]]")
        _check_distinct(specs)
    except (TypeError, ValueError) as error:  # a TOMLDecodeError is a ValueError
        raise UsageError(f"configs/{FILE}: {error}") from error
    return specs


def _spec(table: Mapping[str, object]) -> LabelSpec:
    if not isinstance(table, Mapping):
        raise TypeError("each label is a table of its own: begin it with [[label]]")
    wanted = [field.name for field in fields(LabelSpec)]
    label = f"the label {table.get('name', 'without a name')!r}"
    if missing := [name for name in wanted if name not in table]:
        raise ValueError(f"{label} has no {', '.join(missing)}: add what is missing")
    if unknown := [name for name in table if name not in wanted]:
        raise ValueError(f"{label} has unknown fields: remove {', '.join(unknown)}")
    spec = LabelSpec(**table)  # type: ignore[arg-type]  # checked below
    for field in fields(LabelSpec):
        value = getattr(spec, field.name)
        if not _fits(field.name, value):
            raise ValueError(f"{field.name} = {value!r} of the label {spec.name!r} cannot be used: change it")
    return spec


def _fits(field: str, value: object) -> bool:
    if field not in FORMS:
        return isinstance(value, bool)
    whole = isinstance(value, str) and FORMS[field].fullmatch(value) is not None
    return whole and not (field == "name" and RESERVED.fullmatch(str(value)))


def _check_distinct(specs: Sequence[LabelSpec]) -> None:
    """Refuse two labels that a person, a key or a style sheet could not tell apart."""
    for first, second in permutations(specs, 2):
        common = {
            "the same name": first.name == second.name,
            "the same hotkey": first.hotkey == second.hotkey,
            "the same letter": first.letter.casefold() == second.letter.casefold(),
            # a style sheet finds a label by the beginning of its shown words
            "shown words that begin alike": second.shown.casefold().startswith(first.shown.casefold()),
        }
        if what := next((words for words, same in common.items() if same), None):
            raise ValueError(f"the labels {first.name!r} and {second.name!r} have {what}: change one of them")


SPECS = parse_labels(config_text(FILE))
LABELS: tuple[str, ...] = tuple(spec.name for spec in SPECS)
SHOWN_AS: Mapping[str, str] = {spec.name: spec.shown for spec in SPECS}
NEEDS_SOURCE = frozenset(spec.name for spec in SPECS if spec.needs_source)
CHECKABLE = frozenset(spec.name for spec in SPECS if spec.checkable)
