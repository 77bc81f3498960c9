"""Which spellings of a source an editor joins."""

import pytest

from annotate.config import config_text
from annotate.errors import BadInput
from annotate.report.frames import folded
from annotate.report.frames.aliases import parse_aliases


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("", {}),
        ("# nobody\n\n   \n", {}),
        ("Tove Lund=Ms Lund", {"tove lund": "Tove Lund", "ms lund": "Tove Lund"}),
        ("  Tove  Lund =; MS Lund ;  # a note", {"tove lund": "Tove Lund", "ms lund": "Tove Lund"}),
        ("A = b\nA = c", {"a": "A", "b": "A", "c": "A"}),
        ("A = b\r\nC = d\r\n", {"a": "A", "b": "A", "c": "C", "d": "C"}),
        ("José = Jose\u0301 Ruiz", {"josé": "José", "josé ruiz": "José"}),
    ],
)
def test_a_list_of_aliases(text: str, names: dict[str, str]) -> None:
    assert parse_aliases(text) == names


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Tove Lund", r"aliases\.txt, line 1: “Tove Lund” joins nothing"),
        ("\n# x\nTove Lund =", "line 3"),
        ("= Ms Lund", "line 1"),
        ("Tove Lund = ; ;", "line 1"),
        ("A = b = c", "line 1"),
        ("A = b\n\nC = B", "line 3: “B” stands for “C” here, for “A” above"),
        ("A = b\nB = c", "line 2: “B” stands for"),
    ],
)
def test_a_broken_line_is_named(text: str, told: str) -> None:
    with pytest.raises(BadInput, match=told):
        parse_aliases(text)


def test_the_list_in_configs_joins_nobody_yet() -> None:
    assert parse_aliases(config_text("aliases.txt")) == {}


def test_folding_knows_no_case_no_spaces_and_one_form_of_a_letter() -> None:
    assert folded(" The\u00a0 MAYOR\n") == "the mayor"
    assert folded("Jose\u0301") == folded("JOSÉ")
    assert folded("Ms Lund") != folded("Lund")
