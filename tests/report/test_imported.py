"""Labels of other tools: read in each of their shapes, and matched with claims by place and words alone."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.errors import BadInput, UsageError
from annotate.report import read_answers
from annotate.report.exporters import report_data
from annotate.report.formats import (
    LabelledSpan,
    LabelledText,
    LabelMap,
    Matched,
    format_files,
    match_labels,
    parse_label_map,
    read_labels,
)
from annotate.report.formats.offsets import UNITS, normalised, offset_table
from tests.report.answers import Raw, decide, label, project, send
from tests.report.test_formats import WORDS, articles, labels, rainy
from tests.specimen import specimen

STORM = "# Storm 🌪\n\n🌊 {The pier broke 𝄞 at noon.|checkable_fact} {It was no loss.|opinion} {Nobody swam.}"
PIER, LOSS, SWAM = "The pier broke 𝄞 at noon.", "It was no loss.", "Nobody swam."


def storm() -> Raw:
    return project(*specimen(STORM, article_id="storm"))


def spans_of(text: str, *given: tuple[str, str], unit: str = "utf-32-le") -> list[list[Any]]:
    """Return the places of words as a tool counts them that measures text in an encoding."""
    width = 4 if unit == "utf-32-le" else 2 if unit == "utf-16-le" else 1

    def length(words: str) -> int:
        return len(words.encode(unit)) // width

    starts = [(text.index(words), words, name) for words, name in given]
    return [[length(text[:at]), length(text[:at]) + length(words), name] for at, words, name in starts]


def doccano(*rows: Mapping[str, Any]) -> dict[str, bytes]:
    return {"labels.jsonl": "".join(f"{json.dumps(row)}\n" for row in rows).encode()}


def matched(raw: Raw, files: Mapping[str, bytes], *pairs: str) -> Matched:
    _, texts = read_labels(files)
    return match_labels(texts, read_answers(raw), parse_label_map(pairs))


def told(raw: Raw, found: Matched) -> dict[str, str]:
    """Return the labels by the words of their claims."""
    words = {claim.claim_id: claim.text for _, claims in articles(raw) for claim in claims}
    return {words[match.claim_id]: match.label for match in found.matches}


# --------------------------------------------------------------------------- doccano

TEXT = articles(storm())[0][0]
PLACES = spans_of(TEXT, (PIER, "Checkable fact"), (LOSS, "opinion"))
OBJECTS = [
    {"id": n, "start_offset": s, "end_offset": e, "label": name} for n, (s, e, name) in enumerate(PLACES)
]


@pytest.mark.parametrize(
    "row",
    [
        {"id": 1, "text": TEXT, "label": PLACES, "Comments": []},
        {"id": 1, "text": TEXT, "labels": PLACES, "meta": {"page": 3}},
        {"id": 1, "data": TEXT, "label": PLACES},
        {"id": 1, "text": TEXT, "entities": OBJECTS, "relations": [], "Comments": ["why?"]},
        {"id": 1, "text": TEXT, "annotations": [{**each, "user": 2} for each in OBJECTS], "meta": {}},
    ],
    ids=["label", "labels", "data", "entities", "annotations"],
)
def test_each_shape_of_doccano_is_read(row: Mapping[str, Any]) -> None:
    raw = storm()
    found = matched(raw, doccano(row))
    assert told(raw, found) == {PIER: "checkable_fact", LOSS: "opinion"}
    assert (found.misses, found.unit) == ((), "")


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        ('{"text": "a", "label": []}\n{"text": ', "labels.jsonl, line 2: no text with labelled spans"),
        ("[1, 2]", "line 1: no text"),
        ("[" * 100_000, "line 1: no text"),
        ('{"text": "a", "label": [[0, 1e999, "x"]]}', "line 1: no text"),
        ('{"text": "a"}', "line 1: no text with labelled spans"),
        ('{"text": "a", "label": ["sports"]}', "line 1: no text with labelled spans"),
        ('{"text": "a", "entities": [{"start_offset": 0}]}', "line 1: no text"),
    ],
)
def test_a_damaged_line_is_named(lines: str, why: str) -> None:
    with pytest.raises(BadInput, match=why):
        read_labels({"labels.jsonl": lines.encode()})


def test_a_file_that_is_not_utf8_is_refused() -> None:
    with pytest.raises(BadInput, match=r"labels.jsonl is not UTF-8 .*: save it in UTF-8"):
        read_labels({"labels.jsonl": '{"text": "é"}'.encode("utf-16")})


# --------------------------------------------------------------------------- offsets


@pytest.mark.parametrize(
    ("unit", "name"), [("utf-16-le", "UTF-16 code units"), ("utf-8", "bytes of UTF-8"), ("utf-32-le", "")]
)
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_offsets_of_another_unit_are_recognised_by_the_words(unit: str, name: str, line_end: str) -> None:
    raw, text = storm(), TEXT.replace("\n", line_end)
    places = spans_of(text, (PIER, "checkable_fact"), (LOSS, "opinion"), (SWAM, "opinion"), unit=unit)
    found = matched(raw, doccano({"text": text, "label": places}))
    assert told(raw, found) == {PIER: "checkable_fact", LOSS: "opinion", SWAM: "opinion"}
    assert found.unit == name


def test_a_tool_that_counts_crlf_as_one_is_recognised() -> None:
    raw = storm()
    found = matched(raw, doccano({"text": TEXT.replace("\n", "\r\n"), "label": PLACES}))
    assert told(raw, found) == {PIER: "checkable_fact", LOSS: "opinion"}
    assert found.unit == "code points, a CRLF as one"


def test_offsets_that_fit_no_unit_are_reported_and_not_moved() -> None:
    raw = storm()
    places = [[start + 1, end + 1, name] for start, end, name in PLACES] + [
        [5, 99_999, "opinion"],
        [9, 9, "opinion"],
    ]
    found = matched(raw, doccano({"text": TEXT, "label": places}))
    assert found.matches == ()
    assert [miss.why for miss in found.misses] == [
        "no claim has just these words",
        "no claim has just these words",
        "its offsets are not in the text",
        "its offsets are not in the text",
    ]


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_every_offset_leads_to_the_same_words(text: str) -> None:
    own = normalised(text.replace("\r", "\n"))
    for unit in UNITS[:3]:
        table = offset_table(text.replace("\r", "\n"), unit)
        places = list(table.values())
        assert places == list(range(len(own) + 1))


# --------------------------------------------------------------------------- brat


def brat(ann: str, text: str = TEXT) -> dict[str, bytes]:
    return {"storm.txt": text.encode(), "storm.ann": ann.encode(), "annotation.conf": b"[entities]"}


def test_brat_is_read_with_parts_and_sources() -> None:
    text = "🌪 Rain fell\nall day, said Ms Lund. It was dull."
    raw = project(*specimen("🌪 {Rain fell\nall day, said Ms Lund.|attributed_report} {It was dull.|opinion}"))
    ann = (
        "T1\tAttributed-report 2 11;12 34\tRain fell all day, said Ms Lund.\n"
        "T2\tOpinion 35 47\tIt was dull.\r\n"
        "T3\tsource 26 33\tMs Lund\n"
        "R1\tsaid_by Arg1:T1 Arg2:T3\t\n"
        "A1\tSure T1\n#1\tAnnotatorNotes T2\tT9 looks odd\n*\tEquiv T1 T2\nE1\tOpinion:T2\n"
    )
    found = matched(raw, brat(ann, text))
    assert told(raw, found) == {
        "Rain fell\nall day, said Ms Lund.": "attributed_report",
        "It was dull.": "opinion",
    }
    assert [match.source for match in found.matches] == ["Ms Lund", ""]
    assert dict(found.ignored) == {"source": 1}


@pytest.mark.parametrize(
    ("files", "why"),
    [
        ({"a.ann": b"T1\tOpinion 0 4\tRain"}, "a.ann has no text: put a.txt beside it"),
        ({"a.ann": b"T1\tOpinion\tRain", "a.txt": b"Rain"}, "a.ann, line 1: no text-bound annotation"),
        ({"a.ann": b"\xff\xfe", "a.txt": b"Rain"}, "a.ann is not UTF-8"),
        ({"a.docx": b""}, "a.docx: no labels that can be read .formats: brat, doccano, label_studio"),
        ({}, "the folder is empty: no labels"),
    ],
)
def test_a_damaged_folder_of_brat_is_named(files: dict[str, bytes], why: str) -> None:
    with pytest.raises(BadInput, match=why):
        read_labels(files)


def test_an_attribute_of_brat_is_the_ruling() -> None:
    """As the project spells it; one that it does not offer is counted, and the label stays."""
    text = "Rain fell. It was dull. It rained on."
    raw = project(
        *specimen("{Rain fell.|checkable_fact} {It was dull.|opinion} {It rained on.|checkable_fact}")
    )
    ann = (
        "T1\tcheckable_fact 0 10\tRain fell.\nT2\topinion 11 23\tIt was dull.\n"
        "T3\tcheckable_fact 24 37\tIt rained on.\n"
        "A1\truling T1 e\nA2\truling T2 Q7\nA3\truling T3\nA4\tsure T3 F\n"
    )
    _, texts = read_labels(brat(ann, text))
    found = match_labels(texts, read_answers(raw), LabelMap(), rulings=("D", "E", "F"))
    assert [(match.label, match.ruling) for match in found.matches] == [
        ("checkable_fact", "E"),
        ("opinion", ""),
        ("checkable_fact", ""),
    ]
    assert dict(found.rulings_left_out) == {"Q7": 1}


def test_a_byte_order_mark_is_counted_as_brat_counts_it() -> None:
    raw, at = storm(), TEXT.index(LOSS) + 1
    found = matched(raw, brat(f"T1\topinion {at} {at + 15}\t{LOSS}\n", f"\ufeff{TEXT}"))
    assert told(raw, found) == {LOSS: "opinion"}
    assert found.unit == ""


def test_words_that_do_not_stand_there_are_no_claim() -> None:
    at = TEXT.index(LOSS)
    raw, found = storm(), matched(storm(), brat(f"T1\topinion {at} {at + 15}\tIt was a loss.\n"))
    assert told(raw, found) == {}
    (miss,) = found.misses
    assert (miss.text, miss.words) == ("storm.txt", "It was a loss.")
    assert miss.why == "other words stand at its offsets: “It was no loss.”"


def round_trip(raw: Raw) -> Matched:
    """Export a project for brat and read that as somebody's labels."""
    return matched(raw, format_files(report_data(read_answers(raw), key="k"), "brat"))


@pytest.mark.parametrize("layout", ["article", "claim"])
def test_our_own_brat_folder_comes_back_as_it_went(layout: str) -> None:
    raw = rainy(layout)
    found = round_trip(raw)
    assert {m.claim_id: m.label for m in found.matches} == {
        c: w for c, w in labels(raw).items() if w != "claim"
    }
    assert found.misses == ()
    assert set(found.ignored) == {"claim", "source", "cue"} & set(found.ignored)


@given(st.lists(WORDS, min_size=1, max_size=4))
@pytest.mark.slow
def test_every_text_comes_back_from_brat(sentences: list[str]) -> None:
    raw = project(*specimen(" ".join(f"{{{n}{words}.|opinion}}" for n, words in enumerate(sentences))))
    claims = articles(raw)[0][1]
    for claim in claims:
        label(raw, claim.claim_id, by=1, as_="opinion")
    found = round_trip(raw)
    assert [match.claim_id for match in found.matches] == [claim.claim_id for claim in claims]


# --------------------------------------------------------------------------- Label Studio


def region(words: str, name: str, *, kind: str = "labels") -> dict[str, Any]:
    start = TEXT.index(words)
    value = {"start": start, "end": start + len(words), "text": words, kind: [name]}
    return {"id": "x", "from_name": "ner", "to_name": "txt", "type": kind, "value": value}


def exported(*results: dict[str, Any], by: Any = 4, **more: Any) -> dict[str, bytes]:
    answer = {"id": 9, "completed_by": by, "was_cancelled": False, "result": list(results), **more}
    task = {
        "id": 1,
        "data": {"url": "https://a.example", "body": TEXT},
        "annotations": [answer],
        "drafts": [],
    }
    return {"export.json": json.dumps([task]).encode()}


def test_an_export_of_another_config_is_read() -> None:
    raw = storm()
    rating = {"id": "y", "from_name": "note", "to_name": "txt", "type": "textarea", "value": {"text": ["hm"]}}
    relation = {"from_id": "x", "to_id": "y", "type": "relation"}
    files = exported(region(PIER, "Fact"), region(LOSS, "View"), rating, relation)
    found = matched(raw, files, "Fact=checkable_fact", "View = opinion")
    assert told(raw, found) == {PIER: "checkable_fact", LOSS: "opinion"}
    (name, (text,)) = read_labels(files)
    assert (name, {span.by for span in text.spans}) == ("label_studio", {"4"})
    (_, (text,)) = read_labels(exported(region(PIER, "Fact"), by={"id": 4, "email": "eve@desk.example"}))
    assert {span.by for span in text.spans} == {"eve@desk.example"}
    assert read_labels(exported(region(PIER, "Fact"), was_cancelled=True))[1][0].spans == ()
    html = {
        "start": "/p[1]/text()[1]",
        "end": "/p[1]/text()[1]",
        "startOffset": 0,
        "hypertextlabels": ["Fact"],
    }
    found = matched(raw, exported({"type": "hypertextlabels", "value": html}), "Fact=opinion")
    assert [miss.why for miss in found.misses] == ["its offsets are not in the text"]


@pytest.mark.parametrize("layout", ["article", "claim"])
def test_an_export_of_this_program_is_read_as_a_pull_reads_it(layout: str) -> None:
    raw = rainy(layout)
    claims = [claim for _, given in articles(raw) for claim in given]
    label(raw, claims[-1].claim_id, by=1, as_="opinion", source="Ms Lund", ruling="D")
    decide(raw, claims[-2].claim_id, by=3, as_="checkable_fact")
    _, texts = read_labels({"export.json": json.dumps(raw["tasks"]).encode()})
    assert {span.by for text in texts for span in text.spans} == {
        "1",
        "2",
    }  # an editor decides, and answers nothing
    mine = [
        LabelledText(text.name, text.text, tuple(span for span in text.spans if span.by == "1"))
        for text in texts
    ]
    elsewhere = rainy("claim" if layout == "article" else "article")
    found = match_labels(mine, read_answers(elsewhere), LabelMap(), rulings="D")
    assert len(found.matches) == 4
    (last,) = (match for match in found.matches if match.claim_id == claims[-1].claim_id)
    assert (last.source, last.ruling) == ("Ms Lund", "D")
    (last,) = (
        match
        for match in match_labels(mine, read_answers(elsewhere), LabelMap()).matches
        if match.claim_id == claims[-1].claim_id
    )
    assert last.ruling == ""


@pytest.mark.parametrize(
    "content", ["[" * 100_000, "{", "{}", "[1]", '[{"id": 1, "data": {}}]', '{"tasks": 3}']
)
def test_json_that_is_no_export_is_refused(content: str) -> None:
    with pytest.raises(
        BadInput, match=r"x.json: not Label Studio's JSON export with annotations: export .* as JSON"
    ):
        read_labels({"x.json": content.encode()})


# --------------------------------------------------------------------------- places


def labelled(text: str, *places: tuple[int, int, str]) -> list[LabelledText]:
    return [LabelledText("t", text, tuple(LabelledSpan(*place) for place in places))]


def reasons(raw: Raw, texts: list[LabelledText]) -> list[str]:
    return [miss.why for miss in match_labels(texts, read_answers(raw), LabelMap()).misses]


def test_spaces_and_punctuation_at_the_ends_make_no_difference() -> None:
    raw, at = storm(), TEXT.index(LOSS)
    for start, end in [(at, at + 14), (at - 1, at + 15), (at, at + 16)]:
        found = match_labels(labelled(TEXT, (start, end, "opinion")), read_answers(raw), LabelMap())
        assert told(raw, found) == {LOSS: "opinion"}
    for start, end in [(at + 3, at + 15), (at, at + 15 + 7), (at, at + 12)]:
        assert reasons(raw, labelled(TEXT, (start, end, "opinion"))) == ["no claim has just these words"]


def test_a_paragraph_of_an_article_finds_its_place_where_it_stands_once() -> None:
    raw = project(*specimen("{It hailed.|opinion} {Then it rained.}\n\n{It hailed.} {Then it snowed.}"))
    found = match_labels(labelled("  Then it snowed.\n", (2, 17, "opinion")), read_answers(raw), LabelMap())
    assert told(raw, found) == {"Then it snowed.": "opinion"}
    why = reasons(raw, labelled("It hailed.", (0, 10, "opinion")))
    assert why == ["its text stands at 2 places of the project, so it is nobody's"]


def test_words_that_stand_where_they_stood_keep_their_labels_in_a_text_that_differs() -> None:
    raw = storm()
    other = TEXT.replace("Nobody swam", "Few people swam")
    places = spans_of(other, (LOSS, "opinion"), ("Few people swam.", "opinion"))
    found = match_labels(labelled(other, *map(tuple, places)), read_answers(raw), LabelMap())
    assert told(raw, found) == {LOSS: "opinion"}
    assert [miss.why for miss in found.misses] == ["the article has other words there: “Nobody swam.”"]


@pytest.mark.parametrize("layout", ["article", "claim"])
def test_labels_of_an_earlier_revision_go_to_the_claims_that_are_still_there(layout: str) -> None:
    marked = "# Storm\n\n{The pier broke.} {Two boats sank.}\n\n# After\n\n{It was no loss.} {Nobody swam.}"
    raw = project(*specimen(marked, article_id="storm"), layout=layout)
    before = articles(raw)[0][0]
    send(raw, *specimen(marked.replace("Two boats", "Twenty-two small boats"), article_id="storm"))
    words = ("The pier broke.", "Two boats sank.", "It was no loss.", "Nobody swam.")
    places = spans_of(before, *((each, "opinion") for each in words))
    found = match_labels(labelled(before, *map(tuple, places)), read_answers(raw), LabelMap())
    assert set(told(raw, found)) == {"The pier broke.", "It was no loss.", "Nobody swam."}
    assert [(miss.words, len(found.misses)) for miss in found.misses] == [("Two boats sank.", 1)]


def test_a_text_of_another_project_is_nobodys() -> None:
    assert reasons(storm(), labelled("Snow on the hills.", (0, 18, "opinion"))) == [
        "no article of the project has its text"
    ]


def test_of_two_articles_with_the_same_sentence_each_keeps_its_own() -> None:
    raw = project(*specimen("{It hailed.|opinion} {Then it rained.}", article_id="first"))
    send(raw, *specimen("# Next\n\n{Then it cleared.} {It froze.}", article_id="second"))
    text = articles(raw)[1][0]
    at = text.index("It froze.")
    found = match_labels(labelled(text, (at, at + 9, "opinion")), read_answers(raw), LabelMap())
    assert told(raw, found) == {"It froze.": "opinion"}


def test_several_labels_of_one_claim_are_reported_and_the_same_one_counts_once() -> None:
    raw, at = storm(), TEXT.index(LOSS)
    twice = labelled(TEXT, (at, at + 15, "opinion"), (at, at + 14, "Opinion"))
    found = match_labels(twice, read_answers(raw), LabelMap())
    assert told(raw, found) == {LOSS: "opinion"}
    assert found.misses == ()
    differing = labelled(TEXT, (at, at + 15, "opinion"), (at, at + 15, "checkable_fact"))
    assert (
        reasons(raw, differing)
        == ["its claim it-was-no-loss has several labels: checkable_fact, opinion"] * 2
    )


def test_a_claim_that_an_annotator_drew_takes_no_imported_label() -> None:
    raw = storm()
    label(raw, articles(raw)[0][1][0].claim_id, by=1, as_="opinion")
    (task,) = raw["tasks"]
    drawn = {"start": 0, "end": 7, "text": TEXT[:7], "labels": ["opinion"]}
    task["annotations"][0]["result"].append(
        {"id": "drawn", "from_name": "label", "to_name": "text", "type": "labels", "value": drawn}
    )
    assert any(claim.index < 0 for claim in articles(raw)[0][1])
    assert reasons(raw, labelled(TEXT, (0, 7, "opinion"))) == ["no claim has just these words"]


# --------------------------------------------------------------------------- labels


def test_unknown_labels_are_refused_with_the_way_to_map_them() -> None:
    row = {"text": TEXT, "label": [*PLACES, [0, 7, "Rumour"], [0, 7, "Rumour"], [3, 7, "Ad"]]}
    with pytest.raises(BadInput) as refused:
        matched(storm(), doccano(row))
    assert str(refused.value) == (
        "unknown labels: “Rumour” (2), “Ad” (1): say what each is, as in "
        '--label-map "Rumour=opinion" (there are opinion, attributed_report, checkable_fact; '
        "ignore leaves a label out)"
    )
    found = matched(storm(), doccano(row), "Rumour=ignore,Ad=ignore")
    assert dict(found.ignored) == {"Rumour": 2, "Ad": 1}
    assert len(found.matches) == 2


def test_a_map_that_names_what_is_not_there_is_refused() -> None:
    with pytest.raises(
        BadInput, match=r"names “Rumuor”, which the labels do not have .there are “Checkable fact”"
    ):
        matched(storm(), doccano({"text": TEXT, "label": PLACES}), "Rumuor=opinion")


@pytest.mark.parametrize(
    ("pairs", "why"),
    [
        (["Fact"], "--label-map Fact: write NAME=LABEL"),
        (["=opinion"], "write NAME=LABEL"),
        (["Fact=true"], "LABEL is one of opinion, attributed_report, checkable_fact or ignore"),
        (["A=opinion", "A=ignore"], "names “A” twice"),
    ],
)
def test_a_pair_that_is_none_is_refused(pairs: list[str], why: str) -> None:
    with pytest.raises(UsageError, match=why):
        parse_label_map(pairs)


def test_a_name_may_have_an_equals_sign_and_a_label_its_shown_words() -> None:
    chosen = parse_label_map(["a=b=Attributed report, c = checkable-fact"]).chosen
    assert chosen == {"a=b": "attributed_report", "c": "checkable_fact"}


def test_an_unknown_format_is_refused_with_those_that_exist() -> None:
    with pytest.raises(
        UsageError, match="no format of labels 'word': choose one of brat, doccano, label_studio"
    ):
        read_labels({"x.json": b""}, form="word")
