"""Folders for other tools: read back by those tools' own libraries, each mark at its place in the article."""

from __future__ import annotations

import itertools
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import cassis
import conllu
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate import cli
from annotate.config.settings import load
from annotate.errors import AnnotateError, UsageError
from annotate.model import Claim, Span
from annotate.registry import EXPORT_FORMATS, IMPORT_FORMATS
from annotate.report import write_tables
from annotate.report.exporters import report_data
from annotate.report.formats import folders as writing
from annotate.report.formats import format_files, marked_articles, replace_folder
from annotate.report.formats.exporters.brat import annotation_conf
from annotate.report.formats.marked import file_names
from annotate.report.frames import read_answers
from tests.conftest import missing
from tests.report.answers import PEOPLE, Raw, decide, label, project, send
from tests.report.test_exporters import WITH_DATASETS
from tests.report.test_tables import CLAIMS, README, desk
from tests.specimen import specimen

# Emoji beyond the BMP, Hebrew and Arabic, a claim over line breaks and a tab, what Python takes for a line
# break, letters made of several characters, markup.
RAINY = """# Rain 🌧 in the valley

🌦🌦 {It rained 𝄞 all 👩‍👩‍👧 day.|checkable_fact} {“A shame,” said
the\tmayor, Tove\u2028Lund, on\x85Monday.|attributed_report|the\tmayor, Tove\u2028Lund|said|person}

{קניתי ספר חדש אתמול.|opinion} {قال الوزير إن الطقس جيد.|attributed_report|الوزير|قال}

{हिन्दी में लिखा है.|checkable_fact} {Cafe\u0301 & <b>bold</b> “quotes” don’t}
"""
DRY = "# Dry days\n\n{Nothing fell on Tuesday.|checkable_fact} {Nobody minded.}"


def rainy(layout: str = "article") -> Raw:
    """Return a project of two articles in which some claims have a label and some have none."""
    raw = project(*specimen(RAINY, article_id="rain"), layout=layout)
    send(raw, *specimen(DRY, article_id="dry"))
    claims = [claim for _, article in articles(raw) for claim in article]
    for claim, words in zip(claims, ("checkable_fact", "attributed_report", "opinion"), strict=False):
        label(raw, claim.claim_id, by=1, as_=words)
        label(raw, claim.claim_id, by=2, as_=words)
    return raw


def articles(raw: Raw) -> list[tuple[str, tuple[Claim, ...]]]:
    return [(article.text, article.claims) for article in read_answers(raw).articles]


def files(raw: Raw, name: str) -> dict[str, str]:
    made = format_files(report_data(read_answers(raw), key="k"), name)
    return {path: content.decode() for path, content in made.items() if not path.endswith(".parquet")}


def labels(raw: Raw) -> dict[str, str]:
    rows = report_data(read_answers(raw), key="k").claims
    return {row.claim_id: row.label if isinstance(row.label, str) else "claim" for row in rows.itertuples()}


# --------------------------------------------------------------------------- brat


def text_bound(ann: str, text: str) -> list[tuple[str, Span]]:
    """Return types and hulls of text-bound annotations, read as brat reads them (`codecs` splits the lines)."""
    found = []
    for line in ann.splitlines():
        number, rest = line.split("\t", 1)
        assert re.fullmatch(r"[TA#R]\d+", number), line
        if number[0] == "T":
            kind, words = rest.split("\t", 1)
            kind, places = kind.split(" ", 1)
            parts = [Span(*map(int, part.split())) for part in places.split(";")]
            assert words == " ".join(part.of(text) for part in parts)
            assert all(first.end <= second.start for first, second in pairwise(parts))
            assert kind in annotation_conf().partition("[relations]")[0].splitlines()
            found.append((kind, Span(parts[0].start, parts[-1].end)))
    return found


@pytest.mark.parametrize("layout", ["article", "claim"])
def test_brat_has_each_claim_with_its_label_at_its_place(layout: str) -> None:
    raw = rainy(layout)
    made, given = files(raw, "brat"), labels(raw)
    assert set(made) == {f"{name}.{end}" for name in ("rain", "dry") for end in ("txt", "ann")} | {
        "annotation.conf",
        "visual.conf",
    }
    for name, (text, claims) in zip(("rain", "dry"), articles(raw), strict=True):
        assert made[f"{name}.txt"] == text
        marks = text_bound(made[f"{name}.ann"], text)
        assert marks[: len(claims)] == [(given[c.claim_id], c.span) for c in claims]
        assert {kind for kind, _ in marks[len(claims) :]} <= {"source", "cue"}
    assert given[articles(raw)[1][1][1].claim_id] == "claim"  # nobody judged it


def test_brat_parts_a_claim_at_its_line_breaks() -> None:
    ann = files(rainy(), "brat")["rain.ann"]
    (line,) = (line for line in ann.splitlines() if line[0] == "T" and "shame" in line)
    assert line.endswith("\t“A shame,” said the mayor, Tove Lund, on Monday.")
    assert line.count(";") == 4


def test_brat_says_who_says_a_claim() -> None:
    raw = project(*specimen("{Snow will fall, said Ms Lund.|attributed_report|Ms Lund|said|person}"))
    ann = files(raw, "brat")["bridge-at-orrin.ann"]
    assert "T2\tsource 21 28\tMs Lund\n" in ann
    assert "T3\tcue 16 20\tsaid\n" in ann
    assert "R1\tsaid_by Arg1:T1 Arg2:T2\nR2\tsignalled_by Arg1:T1 Arg2:T3\n" in ann


def test_a_source_that_somebody_corrected_is_marked_nowhere() -> None:
    raw = project(*specimen("{Snow will fall, said Ms Lund.|attributed_report|Ms Lund|said|person}"))
    claim = articles(raw)[0][1][0]
    label(raw, claim.claim_id, by=1, as_="attributed_report", source="The mayor")
    ((marked),) = marked_articles(report_data(read_answers(raw), key="k"))
    assert (marked.claims[0].source, marked.claims[0].source_span) == ("The mayor", None)


def test_marks_go_with_a_claim_that_moved() -> None:
    before = "# News\n\n{Snow will fall, said Ms Lund.|attributed_report|Ms Lund|said|person}"
    raw = project(*specimen(before))
    article, claims, skips = specimen(before.replace("\n\n", "\n\nLong words before it. ", 1))
    send(raw, article, claims, skips)
    ((marked),) = marked_articles(report_data(read_answers(raw), key="k"))
    claim = marked.claims[0]
    assert claim.source_span
    assert claim.source_span.of(marked.article.text) == "Ms Lund"
    assert claim.span.start > 20


# --------------------------------------------------------------------------- UIMA CAS


def cas_of(made: dict[str, str], name: str) -> cassis.Cas:
    system = cassis.load_typesystem(made["TypeSystem.xml"])
    return cassis.load_cas_from_xmi(made[f"{name}.xmi"], typesystem=system)


@pytest.mark.parametrize("layout", ["article", "claim"])
def test_cassis_reads_the_cas(layout: str) -> None:
    raw = rainy(layout)
    made, given = files(raw, "cas"), labels(raw)
    for name, (text, claims) in zip(("rain", "dry"), articles(raw), strict=True):
        cas = cas_of(made, name)
        assert cas.sofa_string == text
        told = [
            (c.claimId, c.label, c.begin, c.end, c.get_covered_text())
            for c in cas.select("webanno.custom.Claim")
        ]
        wanted = [(c.claim_id, given[c.claim_id], c.start, c.end, c.text) for c in claims]
        assert [(i, kind or "claim", *place) for i, kind, *place in told] == wanted
        segmentation = "de.tudarmstadt.ukp.dkpro.core.api.segmentation.type"
        tokens = [t.get_covered_text() for t in cas.select(f"{segmentation}.Token")]
        assert "".join(tokens) == "".join(text.split())
        sentences = list(cas.select(f"{segmentation}.Sentence"))
        for claim in claims:
            assert sum(s.begin <= claim.start and claim.end <= s.end for s in sentences) == 1


def test_a_cas_has_sources_and_cues() -> None:
    raw = project(*specimen("🌧 {Snow will fall, said Ms Lund.|attributed_report|Ms Lund|said|person}"))
    cas = cas_of(files(raw, "cas"), "bridge-at-orrin")
    (source,), (cue,) = (list(cas.select(f"webanno.custom.{kind}")) for kind in ("Source", "Cue"))
    (claim,) = cas.select("webanno.custom.Claim")
    assert (source.get_covered_text(), cue.get_covered_text()) == ("Ms Lund", "said")
    assert source.claimId == cue.claimId == claim.claimId
    assert (claim.source, claim.sourceKind, claim.votes) == ("Ms Lund", None, 0)


def test_what_xml_cannot_hold_is_replaced_and_moves_nothing() -> None:
    raw = project(*specimen("{A bell\x07 rang.\x0c|checkable_fact} {Then \ufffe it \x1b[31m stopped.}"))
    cas = cas_of(files(raw, "cas"), "bridge-at-orrin")
    texts = [claim.get_covered_text() for claim in cas.select("webanno.custom.Claim")]
    assert texts == ["A bell\ufffd rang.\ufffd", "Then \ufffd it \ufffd[31m stopped."]


# --------------------------------------------------------------------------- CoNLL-U Plus


def sentences_in(text: str) -> list[conllu.TokenList]:
    fields = text.partition("\n")[0].removeprefix("# global.columns = ").split()
    return conllu.parse(text, fields=[field.lower() for field in fields])


def spans_in(sentences: list[conllu.TokenList], column: str) -> list[tuple[str, Span]]:
    """Return what BIO tags mark, by the offsets of the tokens."""
    spans: list[tuple[str, Span]] = []
    for token in (token for sentence in sentences for token in sentence):
        tag, at = token[column], Span(int(token["misc"]["start_char"]), int(token["misc"]["end_char"]))
        if tag.startswith("I-"):
            kind, before = spans.pop()
            assert kind == tag[2:]
            spans.append((kind, Span(before.start, at.end)))
        elif tag != "O":
            spans.append((tag[2:], at))
    return spans


@pytest.mark.parametrize("layout", ["article", "claim"])
def test_conllu_reads_tokens_and_tags(layout: str) -> None:
    raw = rainy(layout)
    made, given = files(raw, "conll"), labels(raw)
    for name, (text, claims) in zip(("rain", "dry"), articles(raw), strict=True):
        sentences = sentences_in(made[f"{name}.conllup"])
        for token in (token for sentence in sentences for token in sentence):
            misc = token["misc"]
            assert text[int(misc["start_char"]) : int(misc["end_char"])] == token["form"]
        forms = [token["form"] for sentence in sentences for token in sentence]
        assert "".join(forms) == "".join(text.split())
        assert spans_in(sentences, "claimdesk:claim") == [(given[c.claim_id], c.span) for c in claims]
        ids = [t["misc"]["claim_id"] for s in sentences for t in s if "claim_id" in t["misc"]]
        assert ids == [claim.claim_id for claim in claims]
        assert sentences[0].metadata["sent_id"] == f"{name}-1"


def test_conll_marks_sources_and_cues_and_joins_what_a_claim_goes_across() -> None:
    raw = project(*specimen("{Snow will fall. It did before, said Ms Lund.|attributed_report|Ms Lund|said}"))
    (sentence,) = sentences_in(files(raw, "conll")["bridge-at-orrin.conllup"])
    assert spans_in([sentence], "claimdesk:source") == [("source", Span(36, 43))]
    assert spans_in([sentence], "claimdesk:cue") == [("cue", Span(31, 35))]
    assert [token["form"] for token in sentence[2:5]] == ["fall", ".", "It"]
    assert [token["misc"].get("SpaceAfter") for token in sentence[2:5]] == ["No", None, None]


def test_conll_names_a_claim_that_overlaps_another() -> None:
    article, claims, skips = specimen("{Snow will fall.|checkable_fact} {It will be deep.}")
    first = claims[0]
    wide = Claim("bridge-at-orrin", "wide", 2, first.start, claims[1].end, article.text.strip(), 0, "body")
    text = files(project(article, [*claims, wide], skips), "conll")["bridge-at-orrin.conllup"]
    assert text.count("# overlapping claim = ") == 2  # the wide one comes first
    assert spans_in(sentences_in(text), "claimdesk:claim") == [("claim", wide.span)]


WORDS = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="{}|\0\r#"), min_size=1, max_size=40
).filter(lambda words: words.strip() and "\n\n" not in words)


@given(st.lists(WORDS, min_size=1, max_size=4))
@pytest.mark.slow
def test_every_text_keeps_its_places_in_every_format(sentences: list[str]) -> None:
    marked = " ".join(f"{{{number}{words}.|opinion}}" for number, words in enumerate(sentences))
    raw = project(*specimen(marked))
    ((text, claims),) = articles(raw)
    brat = files(raw, "brat")
    hulls = [span for kind, span in text_bound(brat["bridge-at-orrin.ann"], text) if kind == "claim"]
    assert hulls == [claim.span for claim in claims]
    tagged = sentences_in(files(raw, "conll")["bridge-at-orrin.conllup"])
    assert [span for _, span in spans_in(tagged, "claimdesk:claim")] == [claim.span for claim in claims]
    cas = cas_of(files(raw, "cas"), "bridge-at-orrin")
    assert [(c.begin, c.end) for c in cas.select("webanno.custom.Claim")] == [c.span for c in claims]


# --------------------------------------------------------------------------- data sets

LOAD = """
import json, sys, datasets
datasets.disable_progress_bars()
folder, cache = sys.argv[1:3]
names = datasets.get_dataset_config_names(folder, cache_dir=cache)
told = {name: datasets.load_dataset(folder, name, split="train", cache_dir=cache) for name in names}
json.dump({name: {"types": {k: v.dtype for k, v in rows.features.items()}, "rows": rows.to_list()}
           for name, rows in told.items()}, sys.stdout)
"""
CROISSANT = """
import json, logging, sys
import mlcroissant as mlc
from pathlib import Path
told = []
logging.getLogger("absl").addFilter(lambda record: told.append(record.getMessage()) or False)
card = mlc.Dataset(jsonld=Path(sys.argv[1]))
rows = {kind.id: list(card.records(kind.id)) for kind in card.metadata.record_sets}
plain = lambda cell: cell.decode() if isinstance(cell, bytes) else None if cell != cell else cell
json.dump({"errors": list(card.metadata.ctx.issues.errors), "warnings": list(card.metadata.ctx.issues.warnings),
           "rows": {name: [{k: plain(v) for k, v in row.items()} for row in found] for name, found in rows.items()}},
          sys.stdout, default=lambda cell: cell.item())
"""


def with_reader(program: str, *arguments: Path) -> Any:
    if not WITH_DATASETS.exists():
        missing("no Hugging Face datasets and mlcroissant: run tests/report/ensure_readers.sh")
    home = arguments[-1]
    done = subprocess.run(
        [WITH_DATASETS, "-c", program, *arguments],
        capture_output=True,
        check=False,
        env={"HF_HUB_OFFLINE": "1", "HF_HOME": str(home), "HOME": str(home)},
    )
    assert done.returncode == 0, done.stderr.decode()
    return json.loads(done.stdout)


def published(tmp_path: Path) -> tuple[Raw, Path]:
    raw = rainy()
    decide(raw, articles(raw)[0][1][0].claim_id, by=3, as_="opinion", note="Ask Mr Holm before printing.")
    write_tables(raw, tmp_path / "desk", formats=["datasets"])
    return raw, tmp_path / "desk" / "datasets"


@pytest.mark.slow
def test_hugging_face_loads_the_data_set(tmp_path: Path) -> None:
    raw, folder = published(tmp_path)
    told = with_reader(LOAD, folder, tmp_path / "cache")
    assert set(told) == {"claims", "judgements", "articles"}
    texts = {row["article"]: row["text"] for row in told["articles"]["rows"]}
    assert list(texts.values()) == [text for text, _ in articles(raw)]
    for row in told["claims"]["rows"]:
        assert texts[row["article"]][row["start"] : row["end"]] == row["claim"]
    assert {row["claim_id"]: row["label"] or "claim" for row in told["claims"]["rows"]} == labels(raw)
    assert told["claims"]["types"]["start"] == "int64"
    assert [row["annotator"] for row in told["judgements"]["rows"]][:3] == [
        f"annotator-{n}" for n in (1, 2, 3)
    ]
    assert sum(row["counted"] == "yes" for row in told["judgements"]["rows"]) == 6


@pytest.mark.slow
def test_mlcroissant_validates_the_card_and_reads_its_records(tmp_path: Path) -> None:
    raw, folder = published(tmp_path)
    told = with_reader(CROISSANT, folder / "croissant.json", tmp_path)
    assert told["errors"] == []
    assert all(re.search("license|datePublished|citeAs|version", each) for each in told["warnings"])
    claims = told["rows"]["claims"]
    assert [row["claims/claim"] for row in claims] == [c.text for _, given in articles(raw) for c in given]
    assert set(told["rows"]) == {"claims", "judgements", "articles"}


def test_a_data_set_names_nobody(tmp_path: Path) -> None:
    _, folder = published(tmp_path)
    content = b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())
    for words in (*PEOPLE.values(), "Mr Holm", "127.0.0.1", "@desk.example"):
        assert words.encode() not in content


def test_a_title_is_no_markup_of_the_card(tmp_path: Path) -> None:
    raw = desk("claim")
    raw["project"]["title"] = "A <script>\n---\n# [x](javascript:1)"
    card = files(raw, "datasets")["README.md"]
    assert card.count("\n---\n") == 1
    assert "# A &lt;script> --- # \\[x](javascript:1)\n" in card


# --------------------------------------------------------------------------- folders


def test_a_report_writes_only_the_formats_that_are_wanted_and_keeps_them_up_to_date(tmp_path: Path) -> None:
    raw = desk("article")
    assert not {path.name for path in write_tables(raw, tmp_path)} & set(EXPORT_FORMATS.names())
    write_tables(raw, tmp_path, formats=["brat"])
    assert "T3\tclaim " in (tmp_path / "brat" / "bridge-at-orrin.ann").read_text(encoding="utf-8")
    decide(raw, CLAIMS[2], by=3, as_="opinion")
    written = write_tables(raw, tmp_path)
    assert [path.name for path in written][-1] == "brat"
    assert "T3\topinion " in (tmp_path / "brat" / "bridge-at-orrin.ann").read_text(encoding="utf-8")
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]


def test_an_unknown_format_is_refused_with_those_that_exist(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.run(["report", "--format", "brat,word"]) == 2
    told = capsys.readouterr().err
    assert told == "annotate: there is no word; formats are brat, cas, conll, datasets\n"
    with pytest.raises(UsageError, match="choose one of brat, cas, conll, datasets"):
        write_tables(desk("claim"), tmp_path, formats=["word"])
    assert not list(tmp_path.iterdir())


def test_a_folder_that_somebody_changed_is_kept(tmp_path: Path) -> None:
    folder, notes = tmp_path / "brat", list[str]()
    replace_folder(folder, {"a.ann": b"T1"}, notify=notes.append)
    replace_folder(folder, {"a.ann": b"T2"}, notify=notes.append)
    assert not notes
    (folder / "a.ann").write_bytes(b"typed by a person")
    replace_folder(folder, {"b/c.ann": b"T3"}, notify=notes.append)
    (kept,) = (path for path in tmp_path.iterdir() if path != folder)
    assert (kept / "a.ann").read_bytes() == b"typed by a person"
    assert notes == [f"brat/ was changed since it was written: it is kept as {kept}."]
    assert (folder / "b" / "c.ann").read_bytes() == b"T3"
    assert not (folder / "a.ann").exists()


def test_a_folder_is_replaced_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "brat"
    replace_folder(folder, {"a.ann": b"old", "b.ann": b"old"}, notify=print)
    with pytest.raises(AnnotateError, match="brat cannot be written"):  # a file where a folder has to be
        replace_folder(folder, {"a.ann": b"new", "a.ann/x": b"new"}, notify=print)
    assert {path.name for path in tmp_path.iterdir()} == {"brat"}
    assert (folder / "a.ann").read_bytes() == (folder / "b.ann").read_bytes() == b"old"

    folder.rename(tmp_path / ".brat.old-12345678")  # a run was killed between the two renames
    (tmp_path / ".brat.new-12345678").mkdir()
    monkeypatch.setattr(writing, "LEFT_BEHIND", -1)
    with pytest.raises(AnnotateError, match="brat cannot be written"):
        replace_folder(folder, {"a.ann": b"new", "a.ann/x": b"new"}, notify=print)
    assert (folder / "a.ann").read_bytes() == b"old"
    assert {path.name for path in tmp_path.iterdir()} == {"brat"}


STEPS = {"open", "os.mkdir", "os.rename", "os.remove", "os.rmdir", "shutil.rmtree"}


def killed_at(step: int, folder: Path, files: dict[str, bytes]) -> bool:
    """Replace a folder in a process that kills itself at a step; return false where it came to its end."""
    child = os.fork()
    if not child:
        steps = itertools.count(1)
        sys.addaudithook(
            lambda event, _: (
                os.kill(os.getpid(), signal.SIGKILL) if event in STEPS and next(steps) == step else None
            )
        )
        replace_folder(folder, files, notify=lambda _: None)
        os._exit(0)
    return os.waitpid(child, 0)[1] != 0


def test_a_folder_whose_writer_is_killed_at_any_step_is_the_old_one_or_the_new_one(tmp_path: Path) -> None:
    folder = tmp_path / "brat"
    old, new = {"a.ann": b"old", "b/c.ann": b"old"}, {"a.ann": b"new", "d.ann": b"new"}

    def there(folder: Path) -> dict[str, bytes]:
        inside = (
            path for path in sorted(folder.rglob("*")) if path.is_file() and path.name != ".written.json"
        )
        return {path.relative_to(folder).as_posix(): path.read_bytes() for path in inside}

    for step in itertools.count(1):
        shutil.rmtree(tmp_path)
        replace_folder(folder, old, notify=lambda _: None)
        if not killed_at(step, folder, new):
            break
        if folder.exists():
            assert there(folder) in (old, new), step
        else:  # between two renames: the next run puts the old one back
            assert [there(path) for path in tmp_path.glob(".brat.old-*")] == [old], step
        notes: list[str] = []
        replace_folder(folder, new, notify=notes.append)
        assert there(folder) == new
        assert not notes
        assert not list(tmp_path.glob("brat.*"))
    assert step > 10


def test_no_folder_is_written_behind_a_link(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (tmp_path / "brat").symlink_to(elsewhere)
    with pytest.raises(AnnotateError, match="link"):
        replace_folder(tmp_path / "brat", {"a": b""}, notify=print)
    assert not list(elsewhere.iterdir())


@pytest.mark.parametrize("name", EXPORT_FORMATS.names())
def test_ids_of_articles_lead_out_of_no_folder(name: str, tmp_path: Path) -> None:
    raw = project(*specimen(DRY, article_id="../../dry"))
    article, claims, skips = specimen("{It hailed.|opinion}", article_id="/etc/x")
    send(raw, article, claims, skips)
    write_tables(raw, tmp_path / "desk", formats=[name])
    inside = {path.name for path in (tmp_path / "desk" / name).rglob("*") if path.is_file()}
    assert {path.name for path in tmp_path.iterdir()} == {"desk"}
    assert all(re.fullmatch(r"[\w.-]+", each) for each in inside)


def test_names_of_files_differ_also_where_case_does_not_count() -> None:
    names = file_names(["May", "may", "MAY", "a" * 300, "", "ʻōlelo", "…"])
    assert len({name.casefold() for name in names}) == len(names)
    assert names[0] == "May"
    assert all(re.fullmatch(r"\w[\w-]*", name) and len(name) <= 90 for name in names)


def test_each_format_is_documented() -> None:
    readme = README.read_text(encoding="utf-8").partition("## For other tools")[2]
    assert re.findall(r"^\| `(\w+)` \|", readme, re.MULTILINE)[:4] == list(EXPORT_FORMATS.names())
    page = (README.parents[1] / "docs" / "operators.md").read_text(encoding="utf-8")
    section = page.partition("## Labels from and for other tools")[2].partition("\n## ")[0]
    assert sorted(re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)) == list(IMPORT_FORMATS.names())


def test_a_setting_names_formats_too(tmp_path: Path) -> None:
    file = tmp_path / "annotate.toml"
    file.write_text('[report]\nformats = "brat, cas"\n', encoding="utf-8")
    assert load({}, file=file).formats == ("brat", "cas")
    file.write_text('[report]\nformats = "bratt"\n', encoding="utf-8")
    with pytest.raises(UsageError, match="there is no bratt"):
        load({}, file=file)
