"""The labeling configs, and what is checked against them: no server needed."""

from __future__ import annotations

import copy
from typing import get_args
from xml.etree import ElementTree

import pytest

from annotate.config import config_text
from annotate.errors import BadInput
from annotate.labels import LABELS, SHOWN_AS
from annotate.studio import Terms, read_config
from annotate.studio.format import (
    Layout,
    Suggestions,
    check_tasks,
    claim_tasks,
    differences,
    parse_config,
    section_tasks,
)
from annotate.studio.format.annotations import KINDS
from annotate.studio.format.labeling_config import config_xml
from tests.specimen import specimen

LAYOUTS: list[Layout] = ["article", "claim"]
SMALL = (
    '<View><Text name="text" value="$text"/><Labels name="label" toName="text">'
    '<Label value="Opinion" alias="opinion"/><Label value="Claim" alias="claim"/></Labels></View>'
)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_both_layouts_offer_the_same(layout: Layout) -> None:
    config = read_config(layout)
    assert tuple(config.labels) == LABELS
    assert dict(config.labels) == SHOWN_AS
    assert config.controls.keys() - {"hint", "mark"} == KINDS.keys() - (
        {"suggestion"} if layout == "article" else set()
    )
    for name in ("source_kind", "flags"):
        assert config.controls[name].values == read_config("article").controls[name].values


@pytest.mark.parametrize("layout", LAYOUTS)
def test_tasks_fit_their_config(layout: Layout) -> None:
    make = section_tasks if layout == "article" else claim_tasks
    for suggestions in get_args(Suggestions):
        check_tasks(make(*specimen(), terms=Terms(suggestions=suggestions)), read_config(layout))


@pytest.mark.parametrize(
    ("before", "after", "fault"),
    [
        ("<Text ", "<Markdown ", "<Markdown>"),
        ('<Text name="text"', "<Text", "missing or taken"),
        ('name="label"', 'name="text"', "missing or taken"),
        ('name="label"', 'name="colour"', 'no control named "label"'),
        ('toName="text"', 'toName="txt"', 'about "txt"'),
        ("</View>", "", "no XML"),
        ('value="$text"', "", "<Text> without a value"),
        ('<Label value="Opinion"', "<Label", "<Label> without a value"),
        ("<Text ", "<HyperText ", "would run its HTML"),
        ("<Label ", '<Label hotkey="1" ', 'hotkey "1" on "Opinion" too'),
    ],
)
def test_a_config_that_no_page_can_draw_is_refused(before: str, after: str, fault: str) -> None:
    with pytest.raises(BadInput, match=fault):
        parse_config(SMALL.replace(before, after))


def test_fields_are_found_inside_a_sentence_too() -> None:
    config = parse_config(SMALL.replace("<Text ", '<Header value="$position of $title"/><Text '))
    assert config.fields == {"text", "position", "title"}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_codebook_stands_in_the_config_as_words_and_tables(layout: Layout) -> None:
    xml = config_xml(layout, '# Rules\n\n| ask | then |\n|---|---|\n| costs $5 & <b>"x"</b>? | **yes** |\n')
    assert parse_config(xml).fields == parse_config(config_xml(layout, "")).fields
    shown = next(e for e in ElementTree.fromstring(xml).iter("HyperText")).get("value", "")
    assert "<td>costs &#36;5 &amp; &lt;b&gt;&quot;x&quot;&lt;/b&gt;?</td>" in shown
    assert "<strong>yes</strong>" in shown


def test_what_the_server_gets_holds_the_codebook() -> None:
    for layout in LAYOUTS:
        assert "Could two people who disagree politically settle it" in read_config(layout).xml


@pytest.mark.parametrize(
    ("config", "fault"),
    [
        (SMALL.replace('value="$text"', 'value="$words"'), r"\$words"),
        (SMALL.replace('alias="claim"', 'alias="grey"'), 'no "claim" in "label"'),
        (SMALL, 'no "(source|hint)" about "text"'),
    ],
)
def test_tasks_that_do_not_fit_are_refused(config: str, fault: str) -> None:
    tasks = section_tasks(*specimen())
    with pytest.raises(BadInput, match=fault):
        check_tasks(tasks, parse_config(config))


def test_a_region_on_other_words_is_refused() -> None:
    tasks = copy.deepcopy(section_tasks(*specimen()))
    tasks[0]["predictions"][0]["result"][0]["value"]["start"] += 1
    with pytest.raises(BadInput, match="not the words"):
        check_tasks(tasks, read_config("article"))


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("", "", []),
        ("><", ">\n  <", []),
        ('value="codebook.md"', 'value="&lt;p&gt;Another codebook.&lt;/p&gt;"', []),
        (
            'alias="garbled"',
            'alias="unreadable"',
            ["without “garbled” in “flags”", "with “unreadable” in “flags”"],
        ),
        ('value="Garbled"', 'value="Unreadable"', ["“Garbled” shown as “Unreadable”"]),
        ('alias="split" hotkey="q"', 'alias="split" hotkey="y"', ["key y instead of q for “split”"]),
        ('alias="split" hotkey="q"', 'alias="split"', ["key none instead of q for “split”"]),
        ('name="note"', 'name="remark"', ["without “note”", "with “remark”"]),
        ('hint="{{ ruling.words }}"', 'hint="Other words of the codebook."', []),
        ('className="desk-book"', 'className="desk-page"', ["other colours or another layout"]),
    ],
)
def test_what_differs_between_two_configs_is_told_in_words(before: str, after: str, said: list[str]) -> None:
    xml = config_text("claim.xml")
    assert before in xml
    assert differences(parse_config(xml), parse_config(xml.replace(before, after))) == said


def test_another_kind_of_control_is_told() -> None:
    said = differences(
        parse_config(SMALL), parse_config(SMALL.replace("Labels", "Choices").replace("<Label ", "<Choice "))
    )
    assert said == ["another kind of control in “label”"]


QUESTIONS = "# Rules\n\n| | Ask | If yes |\n|---|---|---|\n"


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_questions_of_the_codebook_are_rulings(layout: Layout) -> None:
    offered = read_config(layout).controls["ruling"]
    assert dict(offered.keys) == {letter: f"shift+{letter.lower()}" for letter in "ABCDEF"}
    assert list(offered.values) == list("ABCDEF")


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize(
    ("rows", "keys"),
    [
        ('| x | Costs it $text & <b>"more"</b>? | fact |\n', {"x": "shift+x"}),
        ("| Q1 | One? | a |\n| 2 | Two? | b |\n", {"Q1": "", "2": ""}),
        ("| É | One? | a |\n", {"É": ""}),  # a letter that not every keyboard has is clicked
    ],
)
def test_rulings_of_another_codebook(layout: Layout, rows: str, keys: dict[str, str]) -> None:
    config = parse_config(config_xml(layout, QUESTIONS + rows))
    assert config.controls["ruling"].keys == keys
    assert config.fields == read_config(layout).fields


@pytest.mark.parametrize("layout", LAYOUTS)
def test_rulings_can_be_left_out(layout: Layout) -> None:
    for xml in (config_xml(layout, QUESTIONS), config_xml(layout, config_text("codebook.md"), rulings=False)):
        assert parse_config(xml).controls.keys() == read_config(layout).controls.keys() - {"ruling"}
