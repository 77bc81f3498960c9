"""What other programs read: each quotation stands where its position says, and no draft gives a verdict."""

from __future__ import annotations

import json
import re
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotate.labels import LABELS
from annotate.report import write_tables
from annotate.report.exporters import report_data
from annotate.report.exporters.claim_reviews import claimreview_json
from annotate.report.exporters.claims_jsonl import JSONL_KEYS
from annotate.report.frames import names_of, read_answers
from tests.conftest import missing
from tests.report.answers import Raw, decide, label, project
from tests.report.test_tables import CLAIMS, README, desk
from tests.specimen import specimen

WITH_DATASETS = Path(__file__).parents[2] / ".setup" / "datasets" / "bin" / "python"


def written(raw: Raw, folder: Path, name: str) -> Any:
    write_tables(raw, folder)
    return json.loads((folder / name).read_text(encoding="utf-8"))


def lines(raw: Raw, folder: Path) -> list[dict[str, Any]]:
    write_tables(raw, folder)
    return [json.loads(line) for line in (folder / "claims.jsonl").read_bytes().splitlines()]


# --------------------------------------------------------------------------- claims.jsonl


def test_each_key_has_one_type_in_every_line(tmp_path: Path) -> None:
    raw = desk("article")
    raw["project"]["annotators"] = 3
    told = lines(raw, tmp_path)
    assert [row["claim_id"] for row in told] == CLAIMS
    for row in told:
        assert list(row) == names_of(JSONL_KEYS)
    for key in names_of(JSONL_KEYS):
        assert len({type(row[key]) for row in told} - {type(None)}) == 1, key
    assert told[2]["label"] == ""
    assert (told[-1]["votes"], told[-1]["share"]) == (0, None)


def test_lines_quote_their_article(tmp_path: Path) -> None:
    raw = desk("article")
    text = read_answers(raw).articles[0].text
    for row in lines(raw, tmp_path):
        assert text[row["start"] : row["end"]] == row["claim"]


def test_the_readme_names_the_keys_that_claims_csv_does_not_have() -> None:
    section = README.read_text(encoding="utf-8").partition("## claims.jsonl\n")[2].partition("\n## ")[0]
    named = dict(re.findall(r"^\| `(\w+)` \| (.*) \|$", section, re.MULTILINE))
    assert named == {column.name: column.text for column in JSONL_KEYS[-2:]}


def test_an_end_of_line_inside_a_claim_does_not_end_its_line(tmp_path: Path) -> None:
    raw = project(*specimen("# News\n\n{It rained\u2028all\x85day.|checkable_fact}"))
    write_tables(raw, tmp_path)
    text = (tmp_path / "claims.jsonl").read_text(encoding="utf-8")
    assert len(text.splitlines()) == 1
    assert json.loads(text)["claim"] == "It rained\u2028all\x85day."


READ_WITH_DATASETS = """
import sys, json, datasets
datasets.disable_progress_bars()
rows = datasets.load_dataset("json", data_files=sys.argv[1], split="train", cache_dir=sys.argv[2])
json.dump({"types": {k: v.dtype for k, v in rows.features.items()}, "rows": rows.to_list()}, sys.stdout)
"""


@pytest.mark.slow
def test_hugging_face_datasets_loads_the_lines(tmp_path: Path) -> None:
    """In an environment of its own: pandas behaves differently where pyarrow is installed."""
    if not WITH_DATASETS.exists():
        missing("no Hugging Face datasets: run tests/report/ensure_readers.sh")
    raw = desk("article")
    raw["project"]["annotators"] = 3
    decide(raw, CLAIMS[2], by=3, as_="checkable_fact", note="=1+1")
    told = lines(raw, tmp_path)
    done = subprocess.run(
        [WITH_DATASETS, "-c", READ_WITH_DATASETS, tmp_path / "claims.jsonl", tmp_path / "cache"],
        capture_output=True,
        check=True,
        env={"HF_HUB_OFFLINE": "1", "HF_HOME": str(tmp_path / "home")},
    )
    loaded = json.loads(done.stdout)
    assert loaded["rows"] == told
    whole = {"position", "votes", "wanted", *LABELS, "order", "start", "end"}
    types = {key: "int64" if key in whole else "string" for key in names_of(JSONL_KEYS)}
    assert loaded["types"] == types | {"share": "float64", "suggestion_score": "float64"}


# --------------------------------------------------------------------------- annotations.jsonld


def selectors(item: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    quoted, placed = item["target"]["selector"]
    assert (quoted["type"], placed["type"]) == ("TextQuoteSelector", "TextPositionSelector")
    return quoted, placed


def assert_quotes_stand_where_they_say(told: dict[str, Any], text: str) -> None:
    for item in told["first"]["items"]:
        quoted, placed = selectors(item)
        start, end = placed["start"], placed["end"]
        assert text[start:end] == quoted["exact"]
        assert text[:start].endswith(quoted["prefix"])
        assert text[end:].startswith(quoted["suffix"])
        assert len(quoted["prefix"]) == min(32, start)
        assert len(quoted["suffix"]) == min(32, len(text) - end)


@pytest.mark.parametrize("layout", ["article", "claim"])
def test_each_quotation_stands_where_its_position_says(layout: str, tmp_path: Path) -> None:
    raw = desk(layout)
    told = written(raw, tmp_path, "annotations.jsonld")
    assert_quotes_stand_where_they_say(told, read_answers(raw).articles[0].text)
    assert told["total"] == len(told["first"]["items"]) == 3  # a tie and what nobody judged have no label


def test_positions_count_code_points(tmp_path: Path) -> None:
    raw = project(
        *specimen("# 🌧 Wetter 🌧\n\n🌦🌦 {Es régnete 𝄞 „gestern“ 🌧.|checkable_fact} {Zu viel!|opinion}")
    )
    for packed in [claim for task in raw["tasks"] for claim in task["data"]["claims"]]:
        label(raw, packed["claim_id"], by=1, as_="opinion")
    told = written(raw, tmp_path, "annotations.jsonld")
    assert told["total"] == 2
    assert_quotes_stand_where_they_say(told, read_answers(raw).articles[0].text)


def test_an_annotation_is_what_the_model_asks_for(tmp_path: Path) -> None:
    told = written(desk("article"), tmp_path, "annotations.jsonld")
    assert told["@context"] == "http://www.w3.org/ns/anno.jsonld"
    assert (told["type"], told["first"]["type"]) == ("AnnotationCollection", "AnnotationPage")
    ids = [told["id"], told["first"]["id"], *(item["id"] for item in told["first"]["items"])]
    assert len(ids) == len(set(ids))
    assert all(re.fullmatch(r"urn:claimdesk:[A-Za-z0-9._~%:-]+", number) for number in ids)
    first = told["first"]["items"][0]
    assert (first["type"], first["motivation"]) == ("Annotation", "tagging")
    assert [(body["purpose"], body["value"]) for body in first["body"]] == [
        ("tagging", "Checkable fact"),
        ("describing", "unanimous, votes: 3"),
    ]
    assert first["target"]["source"] == "https://orrin-gazette.example/bridge"
    assert not re.search("Ada|Bo Marsh|creator", json.dumps(told))  # nobody is named


# --------------------------------------------------------------------------- claimreview.json


def test_checkable_facts_that_are_not_dropped_become_drafts(tmp_path: Path) -> None:
    raw = desk("claim")
    decide(raw, CLAIMS[2], by=3, as_="opinion", note="")
    decide(raw, CLAIMS[6], by=3, as_="checkable_fact", note="look it up")
    decide(raw, CLAIMS[8], by=3, as_="checkable_fact", fields={"check": "dropped"})
    evidence = {"evidence": "https://a.example/1, minutes\njavascript:alert(1) https://b.example/2"}
    decide(raw, CLAIMS[4], by=3, as_="checkable_fact", fields={"check": "in hand", **evidence})
    agreed, in_hand, draft = written(raw, tmp_path, "claimreview.json")["@graph"]
    assert (agreed["claimReviewed"], agreed["creativeWorkStatus"]) == (
        specimen()[1][0].text,
        "Draft: to check",
    )
    assert in_hand["creativeWorkStatus"] == "Draft: in hand"
    assert in_hand["citation"] == ["https://a.example/1", "https://b.example/2"]
    claim = specimen()[1][6].text
    assert draft == {
        "@type": "ClaimReview",
        "@id": f"urn:claimdesk:review:{CLAIMS[6]}",
        "creativeWorkStatus": "Draft: to check",
        "url": "",
        "author": {"@type": "Organization", "name": ""},
        "datePublished": "",
        "claimReviewed": claim,
        "itemReviewed": {
            "@type": "Claim",
            "text": claim,
            "appearance": {
                "@type": "CreativeWork",
                "url": "https://orrin-gazette.example/bridge",
                "headline": "The bridge at Orrin",
            },
        },
    }


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        ("person", {"author": {"@type": "Person", "name": "Tove Lund"}}),
        ("organisation", {"author": {"@type": "Organization", "name": "Tove Lund"}}),
        ("document", {"isBasedOn": {"@type": "CreativeWork", "name": "Tove Lund"}}),
        ("unnamed", {}),
        ("", {"author": {"name": "Tove Lund"}}),
    ],
)
def test_the_source_of_a_draft(kind: str, told: dict[str, Any]) -> None:
    raw = project(layout="claim")
    decide(raw, CLAIMS[6], by=3, as_="checkable_fact")
    data = report_data(read_answers(raw), key="k")
    claims = data.claims.assign(source="Tove Lund", decided_source="Tove Lund", source_kind=kind)
    (draft,) = json.loads(claimreview_json(replace(data, claims=claims)))["@graph"]
    given = draft["itemReviewed"]
    assert {key: given[key] for key in ("author", "isBasedOn") if key in given} == told


def test_the_source_of_an_outvoted_annotator_is_no_author(tmp_path: Path) -> None:
    raw = project(layout="claim")
    label(raw, CLAIMS[6], by=1, as_="attributed_report", source="Tove Lund", source_kind="person")
    label(raw, CLAIMS[6], by=2, as_="checkable_fact", source="Ms Lund")
    decide(raw, CLAIMS[6], by=3, as_="checkable_fact")
    (draft,) = written(raw, tmp_path, "claimreview.json")["@graph"]
    assert not {"author", "isBasedOn"} & draft["itemReviewed"].keys()


def test_the_author_of_a_claim_is_a_decided_or_an_agreed_source(tmp_path: Path) -> None:
    raw = project(layout="claim")
    for by, who in ((1, "Tove Lund"), (2, "tove  lund"), (3, "The board")):
        label(raw, CLAIMS[6], by=by, as_="checkable_fact", source=who if by < 3 else "")
        label(raw, CLAIMS[8], by=by, as_="checkable_fact", source=who if by == 1 else "")
    data = report_data(read_answers(raw), key="k")
    graphs = []
    for source, decided in (("Tove Lund", None), ("A report", "A report"), ("A report", None)):
        claims = data.claims.assign(source=source, decided_source=decided)
        drafts = json.loads(claimreview_json(replace(data, claims=claims)))["@graph"]
        graphs.append([draft["itemReviewed"].get("author") for draft in drafts])
    assert graphs == [
        [{"name": "Tove Lund"}, None],  # one annotator's alone is handed on of neither
        [{"name": "A report"}, {"name": "A report"}],
        [None, None],  # the program's suggestion
    ]


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "file:///etc/passwd", "columns/bridge.txt", "https://", "http://[", ""]
)
def test_only_addresses_of_the_web_are_handed_on(address: str, tmp_path: Path) -> None:
    raw = project(layout="claim")
    label(raw, CLAIMS[0], by=1, as_="opinion")
    decide(raw, CLAIMS[6], by=3, as_="checkable_fact", note="")
    for task in raw["tasks"]:
        for told in (task["data"], task["meta"].get("article", {})):
            told["address"] = address
    (draft,) = written(raw, tmp_path, "claimreview.json")["@graph"]
    assert "url" not in draft["itemReviewed"]["appearance"]
    for item in written(raw, tmp_path, "annotations.jsonld")["first"]["items"]:
        assert item["target"]["source"] == "urn:claimdesk:article:bridge-at-orrin"


@settings(max_examples=25, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="{}|\0"), min_size=1))
@pytest.mark.slow
def test_nothing_ends_a_script_or_a_verdict(tmp_path_factory: pytest.TempPathFactory, words: str) -> None:
    words = f"</script><!--{words}&quot;]]>".replace("\r", "")
    raw = project(*specimen(f"# News\n\n{{{' '.join(words.split())}|checkable_fact}}"), layout="claim")
    claim = raw["tasks"][0]["data"]["claims"][0]["claim_id"]
    decide(raw, claim, by=1, as_="checkable_fact", note="<script>")
    folder = tmp_path_factory.mktemp("desk")
    (draft,) = written(raw, folder, "claimreview.json")["@graph"]
    assert draft["claimReviewed"] == " ".join(words.split())
    assert "reviewRating" not in json.dumps(draft)
    for name in ("claimreview.json", "annotations.jsonld"):
        assert not set("<>&\u2028\u2029") & set((folder / name).read_text(encoding="utf-8"))
