"""No anchoring: who is shown which suggestion, and what of it a judgement records."""

import json
from typing import Any

import pytest

from annotate.labels import SHOWN_AS
from annotate.studio import Terms, read_config
from annotate.studio.format import (
    Suggestions,
    carried_over,
    claim_tasks,
    claims_of,
    judgements_of,
    results_of,
    section_tasks,
)
from annotate.studio.format.provenance import Change, last_change
from tests.specimen import specimen

LABELS = read_config("article").labels
MAKERS = [section_tasks, claim_tasks]
HINTED = [claim for claim in specimen()[1] if claim.suggestion]


def page_of(task: dict[str, Any]) -> str:
    """Return all that an annotator's page may show of a task: not the claims, which only reports read."""
    data = {field: value for field, value in task["data"].items() if field != "claims"}
    return json.dumps([data, task["predictions"]], ensure_ascii=False)


@pytest.mark.parametrize("make", MAKERS)
def test_a_blind_claim_shows_neither_label_nor_source(make: Any) -> None:
    for task in make(*specimen(), terms=Terms(blind=1.0)):
        assert "Suggestion" not in page_of(task)
        assert '"source"' not in page_of(task)
        for claim, packed in zip(claims_of(task), task["data"]["claims"], strict=True):
            assert packed["shown"] == ("blind" if claim.suggestion else "off")


def test_a_larger_share_only_adds_to_the_blind_claims() -> None:
    def blind(share: float) -> set[str]:
        terms = Terms(blind=share)
        return {claim.claim_id for claim in HINTED if terms.shown(claim) == "blind"}

    assert blind(0) == set()
    assert blind(0.3) <= blind(0.6) <= blind(1.0) == {claim.claim_id for claim in HINTED}


def test_about_the_share_asked_for_is_blind() -> None:
    claims = [specimen(f"{{Claim number {n} stands here.|opinion}}")[1][0] for n in range(400)]
    count = sum(Terms(blind=0.2).shown(claim) == "blind" for claim in claims)
    assert 50 <= count <= 110


def test_preloaded_labels_stand_in_the_prediction() -> None:
    section, *_ = section_tasks(*specimen(), terms=Terms(suggestions="preload"))
    labelled = [r for r in section["predictions"][0]["result"] if r["from_name"] == "label"]
    by_claim = {r["id"]: r["value"]["labels"] for r in labelled}
    for claim in claims_of(section):
        assert by_claim[claim.claim_id] == [claim.suggestion.label if claim.suggestion else "claim"]


def test_the_claim_layout_ticks_nothing_beforehand() -> None:
    for task in claim_tasks(*specimen(), terms=Terms(suggestions="preload")):
        (claim,) = claims_of(task)
        filled = {r["from_name"]: r for prediction in task["predictions"] for r in prediction["result"]}
        words = [SHOWN_AS[claim.suggestion.label]] if claim.suggestion else None
        assert filled.get("suggestion", {}).get("value", {}).get("text") == words
        assert "label" not in filled


@pytest.mark.parametrize(
    ("shown", "said", "expected"),
    [
        ("preload", {}, ("labelled", "checkable_fact")),
        ("preload", {"label": "opinion"}, ("labelled", "opinion")),
        ("preload", {"label": "claim"}, ("unjudged", None)),
        ("preload", {"flags": ["not_a_claim"]}, ("deleted", None)),
        ("preload", {"flags": ["unsure"]}, ("labelled", "checkable_fact")),
        ("hint", {}, ("unjudged", None)),
        ("blind", {}, ("unjudged", None)),
    ],
)
def test_a_label_filled_in_counts_where_no_other_is_given(
    shown: Suggestions, said: dict[str, Any], expected: tuple[str, str | None]
) -> None:
    terms = Terms(blind=1) if shown == "blind" else Terms(suggestions=shown)
    task = {"id": 1, **claim_tasks(*specimen(), terms=terms)[0]}
    result = results_of(task, {HINTED[0].claim_id: {"suggestion": "Checkable fact", **said}})
    task["annotations"] = [{"id": 1, "completed_by": 1, "result": result}]
    (found,) = judgements_of(task, {}, LABELS)
    assert (found.status, found.label) == expected


@pytest.mark.parametrize(
    ("origin", "status"), [("prediction", "deleted"), ("prediction-changed", "labelled")]
)
def test_a_preloaded_label_of_the_article_layout_does_not_outweigh_not_a_claim(
    origin: str, status: str
) -> None:
    task = {"id": 1, **section_tasks(*specimen(), terms=Terms(suggestions="preload"))[0]}
    said = {HINTED[0].claim_id: {"label": "checkable_fact", "flags": ["not_a_claim"]}}
    result = [r | {"origin": origin} for r in results_of(task, said)]
    task["annotations"] = [{"id": 1, "completed_by": 1, "result": result}]
    assert judgements_of(task, {}, LABELS)[0].status == status


@pytest.mark.parametrize("layout", ["article", "claim"])
def test_a_judgement_records_what_was_shown(layout: str) -> None:
    make = section_tasks if layout == "article" else claim_tasks
    for terms, shown in ((Terms(), "hint"), (Terms(suggestions="off"), "off"), (Terms(blind=1), "blind")):
        task = {"id": 1, **make(*specimen(), terms=terms)[0]}
        task["annotations"] = [{"id": 1, "completed_by": 1, "result": results_of(task, {})}]
        first = judgements_of(task, {}, LABELS)[0]
        assert first.shown == shown


EARLY, LATER, LATEST = (f"2026-11-22T{hour}:00:00Z" for hour in ("08", "09", "10"))
OWN = {"id": 1, "completed_by": 1, "created_at": EARLY, "updated_at": EARLY}
CASES = {
    "alone": (OWN, [], ""),
    "another came before, as the second of two always has": (OWN | {"created_at": LATER, "updated_at": LATER}, [EARLY], ""),
    "another came later": (OWN, [LATER], ""),
    "changed after another answered": (OWN | {"updated_at": LATEST}, [LATER], "changed"),
    "begun from another's": (OWN | {"parent_annotation": 2}, [EARLY], "copied"),
    "begun from an own one": (OWN | {"parent_annotation": 1}, [EARLY], ""),
    "changed by another": (OWN | {"updated_by": 2}, [], "edited"),
    "changed or starred by another": (OWN | {"updated_by": 2, "ground_truth": True}, [], ""),
    "starred after another answered": (OWN | {"updated_at": LATEST, "ground_truth": True}, [LATER], ""),
    "starred, as an earlier pull tells": (OWN | {"updated_by": 2, "content_changed": [EARLY, 1, True]}, [LATER], ""),
    "changed and starred, as it tells": (
        OWN | {"updated_by": 3, "ground_truth": True, "content_changed": [LATER, 2, True]}, [], "edited"),
}  # fmt: skip


@pytest.mark.parametrize(("own", "others", "seen"), CASES.values(), ids=CASES.keys())
def test_seen_others(own: dict[str, Any], others: list[str], seen: str) -> None:
    task = {"id": 1, **claim_tasks(*specimen())[0]}
    rest = [{"id": 2, "completed_by": 2, "created_at": at, "updated_at": at, "result": []} for at in others]
    task["annotations"] = [own | {"result": []}, *rest]
    assert judgements_of(task, {}, LABELS)[0].seen_others == seen


def test_a_judgement_carries_the_codebook_that_held() -> None:
    task = {"id": 1, **claim_tasks(*specimen(), terms=Terms(codebook="1"))[0]}
    task["annotations"] = [
        {"id": number, "completed_by": number, "result": [], "created_at": at, "updated_at": at}
        for number, at in enumerate((EARLY, LATEST), 1)
    ]
    found = judgements_of(task, {}, LABELS, codebooks=[(LATER, "2")])
    assert [judgement.codebook for judgement in found] == ["1", "2"]


def test_what_a_rename_notes_holds_for_that_answer_and_its_content_alone() -> None:
    task = {"id": 1, **claim_tasks(*specimen())[0]}
    said = {task["data"]["claim_id"]: {"label": "opinion"}}
    before = OWN | {"unique_id": "one", "updated_by": 1}
    written = carried_over(results_of(task, said), before, [before])
    after = before | {"result": written, "updated_at": LATEST, "updated_by": 9}
    assert last_change(after, []) == Change(EARLY, 1)
    assert last_change(after | {"ground_truth": True}, []) == Change(EARLY, 1)
    edited = [{**written[0], "value": {"choices": ["checkable_fact"]}}]
    assert last_change(after | {"result": edited}, []) == Change(LATEST, 9)
    copied = after | {"id": 2, "unique_id": "two", "parent_annotation": 1}
    assert last_change(copied, []) == Change(LATEST, 9)


def test_a_star_that_moved_on_is_no_edit() -> None:
    task = {"id": 1, **claim_tasks(*specimen())[0]}
    starred = {
        "id": 2,
        "completed_by": 3,
        "updated_by": 2,
        "ground_truth": True,
        "result": [],
        "created_at": EARLY,
    }
    task["annotations"] = [OWN | {"updated_by": 2, "result": []}, starred]
    assert [judgement.seen_others for judgement in judgements_of(task, {}, LABELS)] == ["", ""]
