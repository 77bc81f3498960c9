"""Which spellings of a source an editor joins."""

import pytest

from annotate.config import config_text
from annotate.errors import BadInput
from annotate.report.frames import claims_table, read_answers, sources_table
from annotate.report.frames.aliases import parse_aliases
from annotate.report.page.view_models import shown_claims, source_names
from annotate.text import fold
from tests.report.answers import label, project
from tests.specimen import BRIDGE, specimen


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
    assert fold(" The\u00a0 MAYOR\n") == "the mayor"
    assert fold("Jose\u0301") == fold("JOSÉ")
    assert fold("Ms Lund") != fold("Lund")


def test_a_source_in_either_form_of_its_letters_is_one_choice_of_the_page() -> None:
    raw = project(*specimen(BRIDGE))
    claims = [packed["claim_id"] for packed in raw["tasks"][0]["data"]["claims"]]
    for claim, source in zip(claims, ("José Ruiz", "Jose\u0301 Ruiz", "José  Ruiz"), strict=False):
        label(raw, claim, by=1, as_="attributed_report", source=source)
    answers = read_answers(raw)
    table = claims_table(answers)
    sources = sources_table(table)
    shown = shown_claims(table, answers.judgements, sources)
    assert [name for name in source_names(sources).values() if fold(name) == "josé ruiz"] == ["José Ruiz"]
    assert [shown[claim].source_name for claim in claims[:3]] == ["José Ruiz"] * 3
