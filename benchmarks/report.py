"""What a report costs: from saved raw answers of 5,000 claims, two judgements each, to all files.

    .venv/bin/python benchmarks/report.py

Each round is a process of its own that reads raw.json and writes the files into a temporary folder. The peak
is that of the whole process, imports and all. The limits are 5 s and 400 MB up to 5,000 claims, and as much
more as there are more claims. `--profile` says which functions take the time.
"""

from __future__ import annotations

import argparse
import cProfile
import json
import pstats
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import table
from table import Row

from annotate.labels import LABELS
from annotate.model import Article, Block, Claim, Suggestion
from annotate.report import read_raw, write_tables
from annotate.studio import Terms
from annotate.studio.format import claim_tasks, section_tasks
from tests.pulls import write_raw

SENTENCES, PARAGRAPHS = 6, 5  # a paragraph; a section


def article(count: int) -> tuple[Article, list[Claim]]:
    """Return an article of `count` claims in sections, every other claim with a suggested label."""
    pieces: list[str] = []
    blocks: list[Block] = []
    claims: list[Claim] = []
    at, section = 0, ""
    for number in range(count):
        if number % (SENTENCES * PARAGRAPHS) == 0:
            section = f"Quay {number // (SENTENCES * PARAGRAPHS) + 1}"
            gap = "\n\n" if pieces else ""
            pieces += [gap, section]
            blocks.append(Block(at + len(gap), at + len(gap) + len(section), "heading"))
            at += len(gap) + len(section)
        gap = "\n\n" if number % SENTENCES == 0 else " "
        words = f"In winter {number} the harbour office counted {number * 7 % 997} boats on the eastern quay."
        start = at + len(gap)
        if number % SENTENCES == 0:
            blocks.append(Block(start, start, "body"))
        at = start + len(words)
        blocks[-1] = Block(blocks[-1].start, at, "body")
        pieces += [gap, words]
        told = Suggestion(LABELS[number % 3], 0.8, "number") if number % 2 else None
        claims.append(
            Claim(
                article_id="harbour",
                claim_id=f"harbour-{number}",
                index=number,
                start=start,
                end=at,
                text=words,
                block=len(blocks) - 1,
                kind="body",
                section=section,
                suggestion=told,
            )
        )
    return Article("harbour", "".join(pieces), tuple(blocks), title="The harbour"), claims


def raw_answers(count: int, layout: str) -> dict[str, Any]:
    """Return what a pull would: tasks as Label Studio exports them, each answered by two of three people."""
    text, claims = article(count)
    make = section_tasks if layout == "article" else claim_tasks
    tasks = [
        {"id": number, "data": task["data"], "annotations": [], "drafts": [], "predictions": []}
        for number, task in enumerate(make(text, claims, [], terms=Terms(codebook="1.0")), 1)
    ]
    for task in tasks:
        task["annotations"] = [
            annotation(task, by, layout) for by in (1 + task["id"] % 3, 1 + (task["id"] + 1) % 3)
        ]
    project = {"id": 1, "title": "The harbour", "key": "k", "layout": layout, "url": "http://127.0.0.1:8080"}
    users = {str(by): {"email": f"user{by}@desk.example", "name": f"Reader {by}"} for by in (1, 2, 3)}
    return {"project": project, "users": users, "pulled_at": "2031-05-04T09:30:12.000000Z", "tasks": tasks}


def annotation(task: dict[str, Any], by: int, layout: str) -> dict[str, Any]:
    moment = f"2031-05-02T1{by}:00:00.000000Z"
    results = [found for packed in task["data"]["claims"] for found in answer(task, packed, by, layout)]
    return {
        "id": task["id"] * 10 + by,
        "completed_by": by,
        "result": results,
        "was_cancelled": False,
        "ground_truth": False,
        "created_at": moment,
        "updated_at": moment,
        "lead_time": 10.0 + by,
    }


def answer(task: dict[str, Any], packed: dict[str, Any], by: int, layout: str) -> list[dict[str, Any]]:
    """Return a label, which one person in four claims sees otherwise, and for reports a source."""
    number = int(packed["claim_id"].rpartition("-")[2])
    label = LABELS[(number + (number % 4 == 0) * by) % 3]
    start, end = packed["start"] - task["data"]["offset"], packed["end"] - task["data"]["offset"]
    place = (
        {"start": start, "end": end, "text": task["data"]["text"][start:end]} if layout == "article" else {}
    )
    kind = "labels" if layout == "article" else "choices"
    region = packed["claim_id"] if layout == "article" else f"r{by}"
    to = "text" if layout == "article" else "claim"
    parts = [("label", kind, {kind: [label]})]
    if label == "attributed_report":
        parts.append(("source", "textarea", {"text": [f"the harbour office of quay {number % 40}"]}))
    return [
        {
            "id": region,
            "from_name": name,
            "to_name": to,
            "type": type_,
            "value": {**place, **value},
            "origin": "manual",
        }
        for name, type_, value in parts
    ]


def one_report(folder: Path) -> dict[str, float]:
    """Write all files; give seconds, and the peak of this process in MB."""
    began = time.perf_counter()
    write_tables(read_raw(folder), folder / "report")
    took = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {"seconds": took, "megabytes": peak / (1e6 if sys.platform == "darwin" else 1e3)}


def profile(folder: Path) -> None:
    profiler = cProfile.Profile()
    profiler.runcall(one_report, folder)
    pstats.Stats(profiler).sort_stats("cumulative").print_stats("annotate", 25)


def main() -> None:
    flags = table.flags(__doc__)
    flags.add_argument("--claims", type=int, nargs="+", default=[5000])
    flags.add_argument("--rounds", type=int, default=3)
    flags.add_argument("--profile", action="store_true", help="say which functions take the time")
    flags.add_argument("--one", type=Path, help=argparse.SUPPRESS)
    given = flags.parse_args()
    if given.one:
        print(json.dumps(one_report(given.one)))
        return
    rows: list[Row] = []
    for claims in given.claims:
        for layout in ("article", "claim"):
            with tempfile.TemporaryDirectory() as name:
                write_raw(raw_answers(claims, layout), Path(name))
                if given.profile:
                    profile(Path(name))
                    continue
                rows += measured(layout, Path(name), claims, given.rounds)
    sys.exit(table.close(rows, given))


def measured(layout: str, folder: Path, claims: int, rounds: int) -> list[Row]:
    """Print what each round took, and give the medians."""
    told = []
    for number in range(rounds):
        command = [sys.executable, __file__, "--one", str(folder)]
        told.append(json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout))
        print(f"round {number + 1}   {told[-1]['seconds']:6.2f} s {told[-1]['megabytes']:6.0f} MB")
    took, peak = (statistics.median(one[what] for one in told) for what in ("seconds", "megabytes"))
    name, most = f"report, {layout} layout", max(claims / 5000, 1)
    return [
        Row(name, claims, "claims", took, "s", 5 * most, "limit", most=1),
        Row(f"{name}, peak", claims, "claims", peak, "MB", 400 * most, "limit", most=1),
    ]


if __name__ == "__main__":
    main()
