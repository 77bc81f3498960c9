"""Claims to tasks and answers to judgements: no server needed."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.article.suggest.features import JUDGEMENT, RULES
from annotate.article.suggest.judgement.context import AROUND
from annotate.article.suggest.label_weights import READS_LIKE
from annotate.article.suggest.model import NO_REASON
from annotate.errors import BadInput
from annotate.model import Article, Block, Claim, Judgement, Skip, Span
from annotate.studio import Terms, read_config
from annotate.studio.format import (
    TASK_FIELDS,
    check_tasks,
    claim_tasks,
    claims_of,
    judgements_of,
    results_of,
    section_tasks,
    skips_of,
)
from annotate.studio.format.predictions import hint
from annotate.studio.format.reasons import REASONS
from annotate.studio.format.tasks import MOST_CLAIMS
from tests.specimen import specimen

MAKERS = [section_tasks, claim_tasks]
LABELS = read_config("article").labels
BRIDGE, MAYOR, COWARDLY, NOBODY, *_ = (claim.claim_id for claim in specimen()[1])


def made(layout: str = "article", number: int = 0, **more: Any) -> dict[str, Any]:
    """Return one task of the specimen as an export shows it."""
    task = (section_tasks if layout == "article" else claim_tasks)(*specimen(), terms=Terms(codebook="1"))[
        number
    ]
    return {"id": 7, **json.loads(json.dumps(task)), "annotations": [], "drafts": [], **more}


def answer(task: dict[str, Any], said: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    annotation = {"id": 70, "completed_by": 1, "lead_time": 8.5, "updated_at": "2026-11-22T15:00:00Z", **more}
    annotation.setdefault("result", results_of(task, said or {}))
    return annotation


def judged(task: dict[str, Any], *annotations: dict[str, Any]) -> dict[str, Judgement]:
    task["annotations"] = list(annotations)
    return {j.claim_id: j for j in judgements_of(task, {1: "ada", 2: "bo"}, LABELS)}


# --------------------------------------------------------------------------- claims to tasks


@pytest.mark.parametrize("make", MAKERS)
def test_tasks_hold_article_and_claims_whole(make: Any) -> None:
    article, claims, skips = specimen()
    tasks = json.loads(json.dumps(make(article, claims, skips, terms=Terms(codebook="3"))))
    assert "".join(task["data"]["text"] for task in tasks) == article.text
    assert [claim for task in tasks for claim in claims_of(task)] == claims
    assert [skip for task in tasks for skip in skips_of(task)] == skips
    for task in tasks:
        data = task["data"]
        assert TASK_FIELDS.keys() <= data.keys()
        assert article.text[data["offset"] :].startswith(data["text"])
        assert (data["revision"], data["codebook"]) == (article.revision, "3")


@given(
    st.lists(
        st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1), min_size=1),
        min_size=1,
    ),
    st.data(),
)
def test_any_text_is_cut_without_loss(paragraphs: list[list[str]], data: st.DataObject) -> None:
    text, blocks, claims = "", [], []
    for number, paragraph in enumerate(paragraphs):
        start = len(text)
        for words in paragraph:
            place = len(text), len(text) + len(words)
            claims.append(Claim("a", f"c{len(claims)}", len(claims), *place, words, number, "body"))
            text += words
        kind = data.draw(st.sampled_from(["body", "heading"]))
        blocks.append(Block(start, len(text), kind))
    article = Article("a", text, tuple(blocks))
    for make in MAKERS:
        tasks = make(article, claims, [])
        assert "".join(task["data"]["text"] for task in tasks) == text
        assert [claim for task in tasks for claim in claims_of(task)] == claims


def test_a_section_begins_at_the_first_of_headings_in_a_row() -> None:
    tasks = section_tasks(*specimen("# One\n\n{It rains.}\n\n# Two\n\n# Part two\n\n{It snows.} {It thaws.}"))
    assert [task["data"]["text"] for task in tasks] == [
        "One\n\nIt rains.\n\n",
        "Two\n\nPart two\n\nIt snows. It thaws.\n\n",
    ]
    assert [task["data"]["section"] for task in tasks] == ["One", "Part two"]
    assert [task["data"]["position"] for task in tasks] == [
        "section 1 of 2, 1 claim",
        "section 2 of 2, 2 claims",
    ]


@pytest.mark.parametrize(
    ("paragraphs", "sizes"),
    [
        ([MOST_CLAIMS], [MOST_CLAIMS]),
        ([40, 20, 1], [60, 1]),
        ([40, 21], [40, 21]),
        ([130], [60, 60, 10]),
        ([5, 130], [5, 60, 60, 10]),
    ],
)
def test_a_long_section_is_cut_between_blocks(paragraphs: list[int], sizes: list[int]) -> None:
    marked = "\n\n".join(
        " ".join(f"{{Line {n} of {k}.}}" for n in range(size)) for k, size in enumerate(paragraphs)
    )
    tasks = section_tasks(*specimen(marked))
    assert [len(task["data"]["claims"]) for task in tasks] == sizes


def test_only_sends_missing_claims_with_the_whole_section() -> None:
    article, claims, skips = specimen()
    whole = section_tasks(article, claims, skips)[0]
    (task,) = section_tasks(article, claims, skips, only={MAYOR})
    assert task["data"]["text"] == whole["data"]["text"]
    assert [claim.claim_id for claim in claims_of(task)] == [MAYOR]
    assert {result["id"] for result in task["predictions"][0]["result"]} == {MAYOR, f"{MAYOR}-source"}
    assert [claims_of(t)[0].claim_id for t in claim_tasks(article, claims, skips, only={MAYOR})] == [MAYOR]


FERRY = "{Jon Berg met Tove Lund.} {She told Reuters that the ferry leaks.|attributed_report|She|told}"


def ferry() -> tuple[Article, list[Claim], list[Skip]]:
    """Return an article whose second claim has a pronoun as source, with the name that it stands for."""
    article, claims, skips = specimen(FERRY)
    first, second = claims
    name, medium = (
        Span(article.text.index(s), article.text.index(s) + len(s)) for s in ("Tove Lund", "Reuters")
    )
    assert second.attribution is not None
    told = replace(second.attribution, kind="person", named=name, through=(medium,))
    return article, [first, replace(second, attribution=told)], skips


@pytest.mark.parametrize("make", MAKERS)
def test_name_and_kind_of_a_source_are_filled_in(make: Any) -> None:
    article, claims, skips = ferry()
    task = make(article, claims, skips)[-1]
    filled = {r["from_name"]: r["value"] for r in task["predictions"][0]["result"]}
    assert filled["source"]["text"] == ["Tove Lund"]
    assert filled["source_kind"]["choices"] == ["person"]
    check_tasks([task], read_config(task["data"]["layout"]))
    shown = json.dumps([task["data"].get("hint"), filled.get("hint")], ensure_ascii=False)
    assert "specimen; She = Tove Lund; through Reuters" in shown
    assert claims_of(task)[-1] == claims[-1]


@pytest.mark.parametrize("make", MAKERS)
@pytest.mark.parametrize("terms", [Terms(suggestions="off"), Terms(blind=1.0)])
def test_the_kind_of_a_source_is_hidden_with_the_source(make: Any, terms: Terms) -> None:
    task = make(*ferry(), terms=terms)[-1]
    results = [r for prediction in task["predictions"] for r in prediction["result"]]
    assert not {"source", "source_kind", "hint"} & {result["from_name"] for result in results}


def test_tasks_of_earlier_versions_tell_neither_kind_nor_chain() -> None:
    article, claims, skips = ferry()
    (task,) = section_tasks(article, claims, skips)
    for part in ("kind", "through", "named"):
        del task["data"]["claims"][1]["attribution"][part]
    found = claims_of(task)[1].attribution
    assert found is not None
    assert (found.source, found.kind, found.through, found.named) == (
        claims[1].attribution and claims[1].attribution.source,
        None,
        (),
        None,
    )


@pytest.mark.parametrize(("drawn", "source"), [("She", "Tove Lund"), ("the ferry leaks", "the ferry leaks")])
def test_a_name_filled_in_stands_until_another_source_is_drawn(drawn: str, source: str) -> None:
    article, claims, skips = ferry()
    task = {**section_tasks(article, claims, skips)[0], "id": 7}
    ferry_claim = claims[1].claim_id
    said = {ferry_claim: {"label": "attributed_report", "source": "Tove Lund"}}
    results = [*results_of(task, said), mark(task, drawn, f"{ferry_claim}-source")]
    assert judged(task, answer(task, result=results))[ferry_claim].source == source


@pytest.mark.parametrize("make", MAKERS)
def test_no_label_is_ticked_beforehand(make: Any) -> None:
    for task in make(*specimen()):
        for prediction in task["predictions"]:
            for result in prediction["result"]:
                assert not set(result["value"].get("labels", [])) & LABELS.keys()
                assert "choices" not in result["value"] or result["from_name"] == "source_kind"


@pytest.mark.parametrize("make", MAKERS)
def test_suggestions_off_shows_none(make: Any) -> None:
    for task in make(*specimen(), terms=Terms(suggestions="off")):
        shown = {field: value for field, value in task["data"].items() if field != "claims"}
        assert "Suggestion" not in json.dumps([shown, task["predictions"]])
        assert {claim["shown"] for claim in task["data"]["claims"]} == {"off"}
    assert claims_of(task)[0].suggestion  # the report still knows it


def test_the_claim_layout_shows_the_passage() -> None:
    data = claim_tasks(*specimen())[1]["data"]
    assert data["before"].endswith("the Orrin in 1998,")
    assert data["claim"] == "and the mayor, Tove Lund, said it was no longer safe."
    assert data["after"].startswith("It was a cowardly decision.")
    assert data["hint"] == "Suggestion: attributed report (75 %): specimen"
    assert (data["heading"], data["position"]) == ("The bridge at Orrin", "claim 2 of 11")


def test_each_rule_of_a_suggestion_has_a_plain_reason() -> None:
    assert REASONS.keys() == {rule.name for rule in (*RULES, *JUDGEMENT)} | {
        *READS_LIKE.values(),
        NO_REASON,
        AROUND,
    }
    packed = {"suggestion": {"label": "attributed_report", "score": 0.85, "rule": "somebody said it"}}
    assert hint(packed | {"attribution": None}) == "Suggestion: attributed report (85 %): names a speaker"
    packed["suggestion"] |= {"label": "opinion", "rule": "mind-reading, evaluative words"}
    assert hint(packed | {"attribution": None}).endswith(
        ": says what somebody thinks or wants, uses judging words"
    )


@pytest.mark.parametrize("make", MAKERS)
@pytest.mark.parametrize("bad", ["\0", "\ud800"])
def test_what_a_server_cannot_keep_is_refused(make: Any, bad: str) -> None:
    with pytest.raises(BadInput, match="U\\+"):
        make(*specimen(f"{{It rained{bad} all day.}}"))


@pytest.mark.parametrize("make", MAKERS)
def test_a_claim_that_is_not_at_its_place_is_refused(make: Any) -> None:
    article, claims, skips = specimen()
    with pytest.raises(BadInput, match="not the words at its place"):
        make(article, [replace(claims[0], start=claims[0].start + 1)], skips)


# --------------------------------------------------------------------------- answers to judgements


@pytest.mark.parametrize("layout", ["article", "claim"])
def test_the_same_answer_reads_the_same_in_both_layouts(layout: str) -> None:
    said = {
        "label": "opinion",
        "source": "Tove Lund",
        "source_kind": "person",
        "evidence": ["https://a.example", "https://b.example"],
        "flags": ["loaded", "split"],
        "note": "harsh",
    }
    task = made(layout)
    judgement = judged(task, answer(task, {BRIDGE: said}))[BRIDGE]
    claim = claims_of(task)[0]
    assert judgement == Judgement(
        article_id="bridge-at-orrin",
        claim_id=BRIDGE,
        annotator="ada",
        status="labelled",
        label="opinion",
        given="opinion",
        source="Tove Lund",
        source_kind="person",
        evidence="https://a.example\nhttps://b.example",
        flags=("loaded", "split"),
        note="harsh",
        start=claim.start,
        end=claim.end,
        text=claim.text,
        added=False,
        boundary_changed=False,
        origin="",
        shown="hint",
        seen_others="",
        codebook="1",
        seconds=8.5,
        answered_at="2026-11-22T15:00:00Z",
        task_id=7,
        annotation_id=70,
        ground_truth=False,
        author=1,
    )


@pytest.mark.parametrize("layout", ["article", "claim"])
@pytest.mark.parametrize(
    ("said", "more", "status", "given"),
    [
        ({"label": "opinion"}, {}, "labelled", "opinion"),
        ({}, {}, "unjudged", ""),
        ({"label": "opinion"}, {"was_cancelled": True}, "skipped", "opinion"),
        ({"label": "rumour"}, {}, "unknown", "rumour"),
    ],
)
def test_statuses(layout: str, said: dict[str, str], more: dict[str, Any], status: str, given: str) -> None:
    task = made(layout)
    judgement = judged(task, answer(task, {BRIDGE: said}, **more))[BRIDGE]
    assert (judgement.status, judgement.given) == (status, given)
    assert judgement.label == ("opinion" if status == "labelled" else None)


@pytest.mark.parametrize("layout", ["article", "claim"])
def test_a_draft_counts_until_its_author_submits(layout: str) -> None:
    task = made(layout)
    written = {"user": "bo@desk.example", "created_username": "bo@desk.example, 2"}
    newer = {**written, "updated_at": "2", "result": results_of(task, {BRIDGE: {"label": "opinion"}})}
    task["drafts"] = [newer, {**written, "updated_at": "1", "result": []}]
    alone = judged(task)[BRIDGE]
    assert (alone.annotator, alone.status, alone.label, alone.given) == ("bo", "draft", None, "opinion")
    task["annotations"] = [answer(task, completed_by=2), answer(task, completed_by={"id": 1})]
    both = judgements_of(task, {1: "ada"}, LABELS)
    assert {(j.annotator, j.status) for j in both} == {("user 2", "unjudged"), ("ada", "unjudged")}


def test_a_claim_without_region_was_taken_away() -> None:
    task = made()
    results = [r for r in results_of(task, {COWARDLY: {"label": "opinion"}}) if r["id"] != MAYOR]
    found = judged(task, answer(task, result=results))
    assert {j.claim_id: j.status for j in found.values()} == {
        claim.claim_id: {MAYOR: "deleted", COWARDLY: "labelled"}.get(claim.claim_id, "unjudged")
        for claim in claims_of(task)
    }
    skipped = judged(task, answer(task, result=results, was_cancelled=True))
    assert {j.status for j in skipped.values()} == {"skipped"}


def test_an_answer_begun_on_an_empty_page_takes_nothing_away() -> None:
    task = made()
    assert {j.status for j in judged(task, answer(task, result=[])).values()} == {"unjudged"}
    begun = answer(task, result=[], parent_prediction=4)
    assert {j.status for j in judged(task, begun).values()} == {"deleted"}


@pytest.mark.parametrize(
    ("kept", "taken", "start", "end", "status"),
    [
        (COWARDLY, NOBODY, 0, 33, "merged"),  # stretched over the next one
        (COWARDLY, MAYOR, -55, 0, "merged"),  # over the one before
        (COWARDLY, NOBODY, 0, 30, "merged"),  # nearly
        (COWARDLY, NOBODY, 0, 7, "deleted"),  # a word of it
        (COWARDLY, NOBODY, 28, 33, "deleted"),  # moved there, away from its own words
    ],
)
def test_a_claim_stretched_over_another_merges_the_two(
    kept: str, taken: str, start: int, end: int, status: str
) -> None:
    task = made()
    results = [r for r in results_of(task, {kept: {"label": "opinion"}}) if r["id"] != taken]
    place = next(r["value"] for r in results if r["id"] == kept)
    place |= {"start": place["start"] + start, "end": place["end"] + end}
    found = judged(task, answer(task, result=results))
    told = found[taken]
    assert (told.status, told.merged_into, told.label) == (status, kept if status == "merged" else "", None)
    assert ("not_a_claim" in told.flags) == (status == "deleted")
    assert (found[kept].status, found[kept].boundary_changed) == ("labelled", True)


def test_a_claim_drawn_over_two_that_were_taken_away_merges_them() -> None:
    task = made()
    drawn = [r for r in results_of(task, {COWARDLY: {"label": "opinion"}}) if r["id"] != NOBODY]
    region = next(r for r in drawn if r["id"] == COWARDLY)
    region["value"]["end"] += 33
    region["id"] = "x9-K"
    found = judged(task, answer(task, result=drawn))
    (added,) = (j.claim_id for j in found.values() if j.added)
    assert [(found[claim].status, found[claim].merged_into) for claim in (COWARDLY, NOBODY)] == [
        ("merged", added)
    ] * 2


def test_moved_and_added_claims() -> None:
    task = made()
    moved, added = (
        results_of(task, {BRIDGE: {"label": "opinion"}, NOBODY: {"label": "checkable_fact"}}),
        "x9-K",
    )
    for result in moved:
        if result["id"] == BRIDGE:
            result["value"]["start"] += len("The ")
        if result["id"] == NOBODY:
            result["id"] = added
    first, second = (answer(task, result=moved, completed_by=user, id=user) for user in (1, 2))
    task["annotations"] = [first, second]
    found = judgements_of(task, {}, LABELS)
    changed = next(j for j in found if j.claim_id == BRIDGE)
    assert (changed.text[:7], changed.boundary_changed, changed.added) == ("council", True, False)
    assert next(j for j in found if j.claim_id == NOBODY).status == "deleted"
    drawn = [j for j in found if j.added]
    assert [(j.text, j.label) for j in drawn] == [("Nobody in the valley was asked.", "checkable_fact")] * 2
    assert len({j.claim_id for j in drawn}) == 1
    assert drawn[0].claim_id[0].isalpha()


def mark(task: dict[str, Any], words: str, region: str, part: str = "source") -> dict[str, Any]:
    start = task["data"]["text"].index(words)
    value = {"start": start, "end": start + len(words), "labels": [part]}
    return {"id": region, "from_name": "mark", "to_name": "text", "type": "labels", "value": value}


def test_source_and_cue_are_marked_after_the_claims() -> None:
    results = made()["predictions"][0]["result"]
    marks = [result for result in results if result["from_name"] == "mark"]
    assert results[-len(marks) :] == marks
    assert (marks[0]["id"], marks[0]["value"]["labels"]) == (f"{MAYOR}-source", ["source"])
    assert marks[0]["value"]["text"] == "the mayor, Tove Lund"


@pytest.mark.parametrize(
    ("typed", "words", "region", "source"),
    [
        ("the mayor, Tove Lund", "the mayor, Tove Lund", f"{MAYOR}-source", "the mayor, Tove Lund"),
        ("the mayor, Tove Lund", "Tove Lund", f"{MAYOR}-source", "Tove Lund"),
        ("", "Tove Lund", "drawn", "Tove Lund"),
        ("Ms Lund of Orrin", "Tove Lund", f"{MAYOR}-source", "Ms Lund of Orrin"),
        ("", "the mayor, Tove Lund", f"{MAYOR}-source", ""),  # the words were taken out of the box
        ("the mayor, Tove Lund", "The council", "drawn", "the mayor, Tove Lund"),  # in another claim
    ],
)
def test_a_redrawn_source_counts_where_none_was_typed(
    typed: str, words: str, region: str, source: str
) -> None:
    task = made()
    results = results_of(task, {MAYOR: {"label": "attributed_report", "source": typed}})
    drawn = [mark(task, words, region), mark(task, "said", "another", "cue")]
    found = judged(task, answer(task, result=results + drawn))
    assert (found[MAYOR].source, found[MAYOR].cue) == (source, "said")
    assert not any(judgement.added for judgement in found.values())


def test_a_digit_on_a_mark_makes_no_claim() -> None:
    task = made()
    labelled = {**mark(task, "Tove Lund", f"{MAYOR}-source"), "from_name": "label"}
    found = judged(task, answer(task, result=[*results_of(task, {}), labelled]))
    assert not any(judgement.added or judgement.label for judgement in found.values())


@pytest.mark.parametrize("layout", ["article", "claim"])
def test_what_is_flagged_as_no_claim_counts_as_taken_away(layout: str) -> None:
    task = made(layout)
    for label, status in ((), "deleted"), ("opinion", "labelled"):
        said = {"label": label, "flags": ["not_a_claim"]} if label else {"flags": ["not_a_claim"]}
        judgement = judged(task, answer(task, {BRIDGE: said}))[BRIDGE]
        assert (judgement.status, judgement.flags) == (status, ("not_a_claim",))


@pytest.mark.parametrize(("start", "end"), [(-5, 20), (3, 10**6), (10**6, 10**6 + 3), (30, 20)])
def test_a_region_out_of_bounds_is_cut_to_the_text(start: int, end: int) -> None:
    task = made()
    results = results_of(task, {})
    results[0]["value"] |= {"start": start, "end": end}
    judgement = judged(task, answer(task, result=results))[BRIDGE]
    data = task["data"]
    assert data["offset"] <= judgement.start <= judgement.end <= data["offset"] + len(data["text"])
    assert judgement.text == data["text"][judgement.start - data["offset"] : judgement.end - data["offset"]]


def test_a_task_added_by_hand_is_named() -> None:
    with pytest.raises(BadInput, match="task 12 was not sent from here"):
        judgements_of({"id": 12, "data": {"text": "by hand"}}, {}, LABELS)
