"""What a model answers against the text: sources and parts in, spans out, or a reason."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.article.suggest.llm import Question, Unusable, questions_of
from annotate.article.suggest.llm.checks import Labelled, checked, read_content
from annotate.article.suggest.llm.questions import MOST_AROUND
from annotate.model import Span

REPORT = {"reason": "names a speaker", "label": "attributed_report", "sure": 80}
PARAGRAPH = "Ada Lund spoke. The mayor, Ada Lund,\nsaid it was closed. Later the Mayor left."


def question_about(words: str, text: str = PARAGRAPH, kind: Any = "label") -> Question:
    start = text.index(words)
    return questions_of(text, [Span(start, start + len(words))], [kind])[0]


@pytest.mark.parametrize(
    ("claim", "source", "start"),
    [
        ("The mayor, Ada Lund,\nsaid it was closed.", "Ada Lund", 27),  # in the claim before all others
        ("Later the Mayor left.", "Ada Lund", 27),  # the nearest before it
        ("Ada Lund spoke.", "The mayor", 16),  # behind it
        ("Later the Mayor left.", "the mayor", 63),  # in large or small letters
        ("Ada Lund spoke.", "Ada Lund, said it", 27),  # across a line break
        ("Ada Lund spoke.", "Bo Silva", None),
        ("Ada Lund spoke.", "Lun", None),  # no whole word
        ("Ada Lund spoke.", "a" * 200, None),
    ],
)
def test_a_source_is_looked_for_in_the_paragraph(claim: str, source: str, start: int | None) -> None:
    question = question_about(claim)
    if start is None:
        with pytest.raises(Unusable, match="source not in the text"):
            checked(REPORT | {"source": source}, question)
        return
    answer = checked(REPORT | {"source": source}, question)
    assert isinstance(answer, Labelled)
    assert answer.source
    assert answer.source.start == start
    assert answer.source.of(PARAGRAPH).casefold().split() == source.casefold().split()


def test_a_claim_is_not_its_own_source() -> None:
    question = question_about("Ada Lund spoke.")
    with pytest.raises(Unusable, match="source not in the text"):
        checked(REPORT | {"source": "Ada Lund spoke"}, question)


def test_a_source_outside_the_paragraph_counts_as_none() -> None:
    text = f"Bo Silva left.\n\n{PARAGRAPH}"
    with pytest.raises(Unusable, match="source not in the text"):
        checked(REPORT | {"source": "Bo Silva"}, question_about("Ada Lund spoke.", text))


def test_a_source_in_a_script_without_spaces() -> None:
    text = "市长说桥关闭了。"
    answer = checked(REPORT | {"source": "市长"}, question_about(text, text))
    assert isinstance(answer, Labelled)
    assert answer.source == Span(0, 2)


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"label": "approved"}, "label that is none"),
        ({"label": None}, "label that is none"),
        ({"label": ["opinion"]}, "label that is none"),
        ({"sure": 250}, "claim not answered"),
        ({"sure": True}, "claim not answered"),
        ({"sure": "very"}, "claim not answered"),
    ],
)
def test_fields_that_cannot_be_used(changed: dict[str, Any], why: str) -> None:
    with pytest.raises(Unusable, match=why):
        checked(REPORT | {"source": None} | changed, question_about("Ada Lund spoke."))


@pytest.mark.parametrize("missing", ["label", "sure"])
def test_a_field_that_is_missing(missing: str) -> None:
    answer = {name: value for name, value in REPORT.items() if name != missing}
    with pytest.raises(Unusable, match="claim not answered"):
        checked(answer, question_about("Ada Lund spoke."))


def test_a_reason_is_one_short_line_that_can_be_shown() -> None:
    answer = checked(REPORT | {"reason": "a\n\x1b[31m " + "b" * 300}, question_about("Ada Lund spoke."))
    assert isinstance(answer, Labelled)
    assert answer.reason.startswith("a [31m bbb")
    assert len(answer.reason) == 120
    assert answer.reason.endswith("…")
    empty = checked(REPORT | {"reason": " \n"}, question_about("Ada Lund spoke."))
    assert isinstance(empty, Labelled)
    assert empty.reason == "no reason given"


def test_no_source_where_the_label_needs_none() -> None:
    given = {"reason": "", "label": "opinion", "source": "nobody at all", "sure": 50}
    answer = checked(given, question_about("Ada Lund spoke."))
    assert answer == Labelled("opinion", 0.5, "no reason given", None)


@pytest.mark.parametrize(
    ("content", "read"),
    [
        ('{"c1": 1}', {"c1": 1}),
        ('```json\n{"c1": 1}\n```', {"c1": 1}),
        ("<think>one {brace</think>", None),
        ('{"c1": ', None),
        ("[1]", None),
        ("", None),
    ],
)
def test_json_in_an_answer(content: str, read: Any) -> None:
    if read is None:
        with pytest.raises(Unusable, match="answer not in JSON"):
            read_content(content)
    else:
        assert read_content(content) == read


# --------------------------------------------------------------------------- parts of a sentence

SENTENCE = "El puente cerró el lunes, y «nadie sabe por qué», dijo la alcaldesa."


def parts_of(*words: str, text: str = SENTENCE, labels: tuple[str, ...] = ()) -> list[str]:
    question = question_about(text, text, "cut")
    fields = {"reason": "r", "source": None, "sure": 60}
    named = zip(words, labels or ["opinion"] * len(words), strict=True)
    parts = [{"words": each, "label": label, **fields} for each, label in named]
    answer = checked({"parts": parts}, question)
    assert isinstance(answer, tuple)
    return [part.span.of(text) + ("" if part.labelled else " (skipped)") for part in answer]


@pytest.mark.parametrize(
    ("given", "spans"),
    [
        ((SENTENCE,), [SENTENCE]),
        (
            ("El puente cerró el lunes", "y «nadie sabe por qué», dijo la alcaldesa"),
            ["El puente cerró el lunes,", "y «nadie sabe por qué», dijo la alcaldesa."],
        ),
        (  # a mark that opens goes to what it opens
            ("El puente cerró el lunes, y", "nadie sabe por qué", "dijo la alcaldesa"),
            ["El puente cerró el lunes, y", "«nadie sabe por qué»,", "dijo la alcaldesa."],
        ),
        (("El puente  cerró\nel lunes", "y «nadie sabe por qué», dijo la alcaldesa."), 2),  # other spaces
    ],
)
def test_parts_that_are_the_sentence(given: tuple[str, ...], spans: list[str] | int) -> None:
    found = parts_of(*given)
    assert len(found) == spans if isinstance(spans, int) else found == spans
    assert "".join("".join(found).split()) == "".join(SENTENCE.split())


def test_a_part_that_asserts_nothing_is_declared() -> None:
    text = "¿Por qué? El puente cerró."
    assert parts_of("¿Por qué?", "El puente cerró.", text=text, labels=("none", "opinion")) == [
        "¿Por qué? (skipped)",
        "El puente cerró.",
    ]


@pytest.mark.parametrize(
    "given",
    [
        ("El puente cerró el lunes",),  # words left out at the end
        ("puente cerró el lunes, y «nadie sabe por qué», dijo la alcaldesa.",),  # at the beginning
        ("El puente", "el lunes, y «nadie sabe por qué», dijo la alcaldesa."),  # in the middle
        ("y «nadie sabe por qué», dijo la alcaldesa.", "El puente cerró el lunes,"),  # not in order
        ("The bridge closed on Monday, and nobody knows why, the mayor said.",),  # translated
        (SENTENCE, "y más."),
        (SENTENCE, SENTENCE),
        (SENTENCE, "."),
        ("", SENTENCE),
    ],
)
def test_parts_that_are_not_the_sentence(given: tuple[str, ...]) -> None:
    with pytest.raises(Unusable, match="parts that are not the sentence"):
        parts_of(*given)


@pytest.mark.parametrize(
    "given", [None, [], {}, {"parts": []}, {"parts": [1]}, {"parts": "x"}, {"parts": [{}]}]
)
def test_an_answer_without_parts(given: Any) -> None:
    with pytest.raises(Unusable):
        checked(given, question_about(SENTENCE, SENTENCE, "cut"))


@given(
    st.lists(st.sampled_from(["Uno, ", "«dos» ", "(tres) ", "— ", "cuatro. ", "¡cinco! "]), min_size=1),
    st.data(),
)
def test_parts_are_in_order_and_hold_every_letter_or_are_refused(
    pieces: list[str], data: st.DataObject
) -> None:
    text = "".join(pieces).strip()
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=4)))
    bounds = [0, *cuts, len(text)]
    words = [text[a:b] for a, b in itertools.pairwise(bounds)]
    question = Question(text, Span(0, len(text)), Span(0, len(text)), "cut")
    fields = {"reason": "r", "source": None, "sure": 60, "label": "opinion"}
    try:
        answer = checked({"parts": [{"words": each, **fields} for each in words]}, question)
    except Unusable:
        return
    assert isinstance(answer, tuple)
    spans = [part.span for part in answer]
    assert all(before.end <= behind.start for before, behind in itertools.pairwise(spans))
    assert "".join("".join(span.of(text) for span in spans).split()) == "".join(text.split())


# --------------------------------------------------------------------------- what is shown of a paragraph


def test_the_paragraph_of_a_claim_ends_at_blank_lines() -> None:
    text = "One here.\n\nTwo here. Two more.\n \nThree."
    assert question_about("Two more.", text).context == "Two here. Two more."
    assert question_about("One here.", text).context == "One here."
    assert question_about("Three.", text).context == "Three."


def test_of_a_long_paragraph_whole_words_beside_the_claim_are_shown() -> None:
    text = "before " * 1_000 + "The claim." + " behind" * 1_000
    context = question_about("The claim.", text).context
    assert "The claim." in context
    assert 2 * MOST_AROUND - 20 < len(context) <= 2 * MOST_AROUND + 10
    assert set(context.replace("The claim.", "").split()) == {"before", "behind"}
