"""The command line as a person meets it: in a process of its own, by what it prints and how it ends."""

import csv
import io
import json
import os
import re
import subprocess
import sys
import time
from itertools import pairwise
from pathlib import Path

import pytest

from tests.command import ROOT, annotate

SAMPLE = ROOT / "examples" / "harbour_talks.txt"
BODY = "The council met on Monday. It voted for the plan, but the mayor was absent."


def afresh(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command in a Python of its own, which imports everything anew."""
    clean = {n: v for n, v in os.environ.items() if not n.startswith(("LABEL_STUDIO_", "ANNOTATE_"))}
    command = [sys.executable, "-m", "annotate", *arguments]
    return subprocess.run(
        command, capture_output=True, encoding="utf-8", cwd=ROOT, env=clean, check=False, timeout=120
    )


def test_help_answers_at_once() -> None:
    seconds = []
    for _ in range(3):
        began = time.perf_counter()
        done = afresh("--help")
        seconds.append(time.perf_counter() - began)
        assert done.returncode == 0
    assert min(seconds) <= 0.5
    for command in ("claims", "studio", "push", "pull", "report"):
        assert command in done.stdout


@pytest.mark.parametrize(
    "command",
    [
        "claims",
        "push",
        "pull",
        "report",
        "doctor",
        "learn",
        "memory add",
        "memory search",
        "memory status",
        "memory remove",
        "memory rebuild",
        "studio start",
        "studio invite",
        "studio users",
        "studio hotkeys",
        "studio rename",
    ],
)
def test_each_command_has_help(command: str) -> None:
    done = annotate(*command.split(), "--help")
    assert done.returncode == 0
    assert f"Usage: annotate {command}" in done.stdout


@pytest.mark.parametrize("group", [(), ("studio",), ("memory",)])
def test_help_shows_examples_and_whole_sentences(group: tuple[str, ...]) -> None:
    listing = annotate(*group, "--help").stdout
    assert f"\n    {' '.join(('annotate', *group))} " in listing
    assert "..." not in listing.partition("Commands:")[2]
    names = re.findall(r"^  ([a-z][a-z-]*) ", listing.partition("Commands:")[2], re.MULTILINE)
    assert len(names) >= 5
    for name in {*names} - {"studio", "memory"}:
        command = (*group, name)
        assert f"\n  annotate {' '.join(command)}" in annotate(*command, "--help").stdout


@pytest.mark.slow
def test_claims_as_json_lines() -> None:
    done = afresh("claims", "--format", "jsonl", "--all", str(SAMPLE))
    assert (done.returncode, done.stderr) == (0, "")
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    text = SAMPLE.read_text(encoding="utf-8")
    assert all(text[row["start"] : row["end"]] == row["text"] for row in rows)
    assert [row["start"] for row in rows] == sorted(row["start"] for row in rows)
    claim = next(
        row for row in rows if row.get("text", "").startswith("According to the provincial audit office")
    )
    assert set(claim) == {
        "article_id", "claim_id", "index", "start", "end", "text", "block", "kind", "section", "suggestion", "attribution",
        "language", "splitter",
    }  # fmt: skip
    assert claim["attribution"]["source"]["text"] == "the provincial audit office"
    assert set(claim["attribution"]) == {"source", "cue", "content", "kind", "through", "named"}
    assert claim["attribution"]["kind"] == "organisation"
    assert claim["suggestion"]["label"] == "attributed_report"
    assert {row["skipped"] for row in rows if "skipped" in row} >= {
        "byline",
        "heading",
        "question",
        "boilerplate",
    }


def test_rows_of_several_articles_stand_in_the_order_of_their_texts(tmp_path: Path) -> None:
    cues = "1\n00:00:01,000 --> 00:00:03,000\nLUND: The quay is old.\n"
    files = {
        "b.txt": f"A Plan for the Quay\n\n- {BODY}\n- Who pays?\n",
        "a.srt": cues,
        "c.md": f"# The Plan\n\n{BODY}\n",
    }
    for name, content in files.items():
        (tmp_path / name).write_text(content)
    printed = annotate("claims", "--all", "--format", "jsonl", str(tmp_path)).stdout
    rows = [json.loads(line) for line in printed.splitlines()]
    places = [(row["article_id"][-1], row["start"], row["end"]) for row in rows]
    assert places == sorted(places)
    assert {row["article_id"][-1] for row in rows if "skipped" in row} == {"a", "b", "c"}
    assert all(end <= start for (a, _, end), (b, start, _) in pairwise(places) if a == b)
    assert {row["article_id"][-1] for row in rows if "time" in row} == {"a"}


def test_chain_and_name_in_json_lines() -> None:
    told = b"Ana Ruiz is calm. She told Reuters that the dam leaks."
    done = annotate("claims", "--format", "jsonl", "-", stdin=told)
    found = json.loads(done.stdout.splitlines()[-1])["attribution"]
    assert found["source"]["text"] == "She"
    assert found["named"] == {"start": 0, "end": 8, "text": "Ana Ruiz"}
    assert [each["text"] for each in found["through"]] == ["Reuters"]


def test_the_table_names_whom_a_pronoun_stands_for(tmp_path: Path) -> None:
    file = tmp_path / "column.txt"
    file.write_text("Tove Lund said the bridge was closed. She added that it would stay closed for a year.\n")
    assert "Tove Lund (She)" in annotate("claims", str(file)).stdout


@pytest.mark.slow
def test_claims_as_a_table() -> None:
    done = annotate("claims", str(SAMPLE))
    assert done.returncode == 0
    assert "212 boats landed their catch" in done.stdout
    assert "checkable_fact" in done.stdout
    assert "\x1b" not in done.stdout


def test_the_table_shows_brackets_and_codes_of_emoji_as_they_stand() -> None:
    said = b"The plant [bold]sent[/] the code :warning: to 12 towns on Monday, said Ana Ruiz."
    assert said.decode().split(", said")[0] in annotate("claims", "-", stdin=said).stdout


def test_claims_as_csv() -> None:
    done = annotate("claims", "--format", "csv", "-", stdin=b"=1+1 is the sum, said Ana Ruiz. It is old.")
    rows = list(csv.DictReader(io.StringIO(done.stdout.removeprefix("\ufeff"))))
    assert rows[0]["text"].startswith("'=1+1")
    assert rows[-1]["text"] == "It is old."


def test_standard_input_and_files_give_the_same_claims(tmp_path: Path) -> None:
    file = tmp_path / "plan.txt"
    file.write_text(BODY)
    of_file = annotate("claims", "--format", "jsonl", str(file)).stdout.splitlines()
    of_stdin = annotate("claims", "--format", "jsonl", "-", stdin=BODY.encode()).stdout.splitlines()
    assert [json.loads(line)["text"] for line in of_file] == [json.loads(line)["text"] for line in of_stdin]


BAD = {
    "missing": (["claims", "no-such-column.txt"], 5, "no such file"),
    "folder without articles": (["claims", "annotate/cli"], 5, "no article in this folder"),
    "a scheme": (["claims", "ftp://news.example/a"], 5, "must begin with http"),
    "own network": (["claims", "http://127.0.0.1:9/"], 5, "private network"),
    "no such option": (["claims", "--fast"], 2, "No such option"),
    "no such format": (["claims", "--format", "xml", "a.txt"], 2, "xml"),
    "no such command": (["clams"], 2, "clams"),
    "no article named": (["claims"], 2, "Missing argument"),
    "a list that is printed": (["claims", "--list", "a.lst"], 2, "--out FOLDER"),
    "Parquet as CSV": (["claims", "a.txt", "--out", "build", "--format", "csv"], 2, "leave out --format"),
    "a cluster and workers": (
        ["claims", "a.txt", "--out", "build", "--dask", "x", "--workers", "2"],
        2,
        "leave out --w",
    ),
}


@pytest.mark.parametrize(("arguments", "code", "message"), BAD.values(), ids=BAD.keys())
def test_bad_calls(arguments: list[str], code: int, message: str) -> None:
    done = annotate(*arguments)
    assert done.returncode == code
    assert message in done.stderr
    assert done.stdout == ""
    assert "Traceback" not in done.stderr


def test_an_error_is_one_line_and_v_adds_the_traceback() -> None:
    short, long = annotate("claims", "nope.txt"), annotate("claims", "-v", "nope.txt")
    assert short.stderr == "annotate: nope.txt: no such file: check the name\n"
    assert long.stderr.startswith(short.stderr)
    assert "Traceback" in long.stderr


@pytest.mark.parametrize("command", ["claims", "push"])
def test_headings_only(tmp_path: Path, command: str) -> None:
    file = tmp_path / "plan.txt"
    file.write_text("A Plan for the Quay\n\nWho Pays?\n\n[By Ana Ruiz]\n")
    done = annotate(command, str(file), ANNOTATE_STUDIO_HOME=str(tmp_path / "studio"))
    assert (done.returncode, done.stdout) == (5, "")
    assert "no claims found, set aside were 2 headings, 1 byline" in done.stderr
    assert not (tmp_path / "studio").exists()


def test_bad_articles_alone_send_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("A Plan for the Quay\n")
    (tmp_path / "b.txt").write_bytes(b"caf\xe9")
    done = annotate("push", str(tmp_path), ANNOTATE_STUDIO_HOME=str(tmp_path / "studio"))
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (5, "", 2)
    assert "no claims found" in done.stderr
    assert "byte 0xE9" in done.stderr
    assert not (tmp_path / "studio").exists()


def test_each_bad_article_is_one_line_and_the_others_go_on(tmp_path: Path) -> None:
    files = {
        "a.txt": BODY.encode(),
        "b.docx": b"PK\3\4",
        "c.pdf": b"%PDF-1.4",
        "d.srt": b"1\n0:0x --> 1\nNo.\n",
    }
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    (tmp_path / "e.txt").write_text(BODY.replace("Monday", "Tuesday"))
    done = annotate("claims", "--format", "jsonl", str(tmp_path), str(tmp_path / "none"), "-v")
    assert done.returncode == 5
    assert {json.loads(line)["article_id"][-1] for line in done.stdout.splitlines()} == {"a", "e"}
    named = [line.split(": ")[1] for line in done.stderr.splitlines() if line.startswith("annotate: ")]
    assert [Path(name).name.partition(",")[0] for name in named] == ["b.docx", "c.pdf", "d.srt", "none"]
    assert "Traceback" in done.stderr


def test_nobody_answers() -> None:
    done = annotate("pull", LABEL_STUDIO_URL="http://127.0.0.1:9", LABEL_STUDIO_API_KEY="secret-key")
    assert done.returncode == 3
    assert "nothing answers at http://127.0.0.1:9" in done.stderr
    assert "secret-key" not in done.stderr + done.stdout


def test_a_server_without_a_key() -> None:
    done = annotate("pull", LABEL_STUDIO_URL="http://127.0.0.1:9")
    assert done.returncode == 4
    assert "set LABEL_STUDIO_API_KEY" in done.stderr


def test_an_address_without_a_scheme() -> None:
    done = annotate("pull", LABEL_STUDIO_URL="labels.example", LABEL_STUDIO_API_KEY="k")
    assert done.returncode == 2
    assert "must begin with http" in done.stderr


def test_report_without_a_pull(tmp_path: Path) -> None:
    done = annotate("report", ANNOTATE_EXPORTS=str(tmp_path))
    assert done.returncode == 5
    assert "annotate pull" in done.stderr


def test_status_of_nothing(tmp_path: Path) -> None:
    done = annotate("studio", "status", ANNOTATE_STUDIO_HOME=str(tmp_path / "studio"))
    assert done.returncode == 3
    assert "annotate studio start" in done.stderr
    assert annotate("studio", "stop", ANNOTATE_STUDIO_HOME=str(tmp_path / "studio")).returncode == 0


@pytest.mark.slow
def test_a_closed_pipe_is_no_error() -> None:
    done = subprocess.run(
        f"{sys.executable} -m annotate claims --format jsonl {SAMPLE} | head -n 1",
        shell=True,
        capture_output=True,
        cwd=ROOT,
        check=False,
        timeout=60,
    )
    assert done.stderr == b""


def test_learning_says_what_is_missing(tmp_path: Path) -> None:
    done = annotate("learn", ANNOTATE_EXPORTS=str(tmp_path))
    assert done.returncode == 5
    assert done.stderr.splitlines()[-1].endswith("run `annotate pull` first")
    assert (
        annotate("learn", "--forget", ANNOTATE_EXPORTS=str(tmp_path)).stdout
        == "No model was trained before.\n"
    )


def test_a_damaged_model_of_the_desk_is_one_line_and_can_be_put_away(tmp_path: Path) -> None:
    (tmp_path / "model.json").write_text("{", encoding="utf-8")
    done = annotate("claims", "-", stdin=BODY.encode(), ANNOTATE_EXPORTS=str(tmp_path))
    assert done.returncode == 5
    assert len(done.stderr.splitlines()) == 1
    assert "annotate learn --forget" in done.stderr
    assert annotate("learn", "--forget", ANNOTATE_EXPORTS=str(tmp_path)).returncode == 0
    assert annotate("claims", "-", stdin=BODY.encode(), ANNOTATE_EXPORTS=str(tmp_path)).returncode == 0


def test_the_suggester_is_chosen_by_a_flag() -> None:
    done = annotate("claims", "-", "--format", "jsonl", "--suggester", "rules", stdin=BODY.encode())
    assert {json.loads(line)["suggestion"]["model"] for line in done.stdout.splitlines()} == {"rules-1"}


def test_breaking_up_an_article_loads_neither_label_studio_nor_pandas(tmp_path: Path) -> None:
    file = tmp_path / "plan.txt"
    file.write_text(BODY)
    program = "import sys; from annotate.cli.app import run; run(sys.argv[1:]); print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program, "claims", str(file)], capture_output=True, text=True, check=True
    )
    loaded = done.stdout.splitlines()[-1].split()
    assert "spacy" in loaded
    assert not {"pandas", "label_studio_sdk"} & set(loaded)
