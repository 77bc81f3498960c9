"""The whole desk by its commands: push, pull, report against a real Label Studio, and how they refuse."""

from __future__ import annotations

import gzip
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pandas as pd
import pytest
from pytest_httpserver import HTTPServer

from annotate.report import read_csv
from annotate.studio import Client, Server, find_project
from annotate.studio.format import results_of
from tests.conftest import Reviewer
from tests.pulls import project_folders
from tests.test_cli import SAMPLE, annotate

pytestmark = pytest.mark.studio
Desk = Callable[..., CompletedProcess[str]]


@pytest.fixture
def desk(studio: Server, tmp_path: Path) -> Desk:
    """Return a way to run `annotate` with the run's server and an export folder of its own."""
    environment = {
        "LABEL_STUDIO_URL": studio.url,
        "LABEL_STUDIO_API_KEY": studio.credentials.token,
        "ANNOTATE_EXPORTS": str(tmp_path / "exports"),
    }
    return lambda *arguments, **more: annotate(*arguments, **(environment | more))


@pytest.mark.parametrize("layout", ["article", "claim"])
def test_the_whole_way(
    desk: Desk,
    owner: Client,
    reviewers: tuple[Reviewer, Reviewer],
    new_title: Callable[[], str],
    tmp_path: Path,
    layout: str,
) -> None:
    title = new_title()
    pushed = desk("push", "--project", title, "--layout", layout, str(SAMPLE))
    assert pushed.returncode == 0, pushed.stderr
    count = int(pushed.stdout.partition(": ")[2].split()[0])
    assert f"{count} claims sent, 0 already there" in pushed.stdout
    again = desk("push", "--project", title, "--layout", layout, str(SAMPLE))
    assert f"0 claims sent, {count} already there" in again.stdout

    task = owner.export(find_project(owner, title).number)[0]
    said = {claim["claim_id"]: {"label": "opinion"} for claim in task["data"]["claims"]}
    for reviewer in reviewers:
        reviewer.client.answer(task["id"], results_of(task, said))
    pulled = desk("pull", "--project", title)
    assert f"{2 * len(said)} judgements by 2 annotators on {len(said)} claim" in pulled.stdout
    reported = desk("report", "--project", title)
    assert reported.returncode == 0, reported.stderr
    (folder,) = project_folders(tmp_path / "exports")
    assert {path.name for path in folder.iterdir()} == {
        *(
            "raw.json",
            "desk.xlsx",
            "judgements.csv",
            "claims.csv",
            "disputes.csv",
            "checks.csv",
            "sources.csv",
            "agreement.json",
        ),
        *("claims.jsonl", "annotations.jsonld", "claimreview.json", "report.html", "judgements.parquet"),
    }
    claims = read_csv(folder / "claims.csv")
    assert len(claims) == count
    assert claims.set_index("claim_id").loc[list(said), "label"].tolist() == ["opinion"] * len(said)
    assert json.loads((folder / "raw.json").read_text())["project"]["layout"] == layout


def test_either_layout_gives_the_same_tables(
    desk: Desk,
    owner: Client,
    reviewers: tuple[Reviewer, Reviewer],
    new_title: Callable[[], str],
    tmp_path: Path,
) -> None:
    tables = []
    for layout in ("article", "claim"):
        title = new_title()
        assert desk("push", "--project", title, "--layout", layout, str(SAMPLE)).returncode == 0
        for task in owner.export(find_project(owner, title).number):
            chosen = (c["claim_id"] for c in task["data"]["claims"] if c["index"] % 3 == 0)
            said = {claim: {"label": "checkable_fact"} for claim in chosen}
            if said:
                reviewers[0].client.answer(task["id"], results_of(task, said))
        assert desk("pull", "--project", title).returncode == 0
        assert desk("report", "--project", title).returncode == 0
        folder = next(path for path in project_folders(tmp_path / "exports"))
        tables.append([read_csv(folder / f"{name}.csv") for name in ("claims", "sources")])
        shutil.rmtree(folder)
    (claims, sources), (other_claims, other_sources) = tables
    for columns, frame, other in ((["link"], claims, other_claims), ([], sources, other_sources)):
        assert frame.drop(columns=columns).equals(other.drop(columns=columns))


@pytest.mark.parametrize("layout", ["article", "claim"])
def test_an_editor_decides_in_a_sheet(
    desk: Desk,
    owner: Client,
    reviewers: tuple[Reviewer, Reviewer],
    new_title: Callable[[], str],
    tmp_path: Path,
    layout: str,
) -> None:
    title = new_title()
    assert desk("push", "--project", title, "--layout", layout, str(SAMPLE)).returncode == 0
    for task in owner.export(find_project(owner, title).number)[:3]:
        for reviewer, label in zip(reviewers, ("opinion", "checkable_fact"), strict=True):
            said = {claim["claim_id"]: {"label": label} for claim in task["data"]["claims"][:1]}
            reviewer.client.answer(task["id"], results_of(task, said))
    assert desk("pull", "--project", title).returncode == 0
    assert desk("report", "--project", title).returncode == 0
    (folder,) = project_folders(tmp_path / "exports")

    disputes = read_csv(folder / "disputes.csv")
    assert disputes["status"].tolist() == ["tie"] * 3
    nothing = desk("adjudicate", str(folder / "disputes.csv"))
    assert (nothing.returncode, nothing.stderr.count("\n")) == (5, 2)
    assert "fill the column decision" in nothing.stderr
    disputes["decision"] = ["Checkable fact", "fakt", "opinion"]
    disputes["note"] = ["As the minutes say.", None, None]
    sheet = tmp_path / "decided.xlsx"
    disputes.to_excel(sheet, index=False)

    dry = desk("adjudicate", "--project", title, "--dry-run", str(sheet))
    assert "2 accepted, 0 unchanged, 1 refused" in dry.stdout
    done = desk("adjudicate", "--project", title, str(sheet))
    assert done.returncode == 5
    assert done.stdout == dry.stdout + f"2 written into “{title}”: `annotate report` shows them\n"
    assert "row 3, unknown label “fakt”, did you mean “checkable_fact”?" in done.stdout
    again = desk("adjudicate", "--project", title, str(sheet))
    assert "0 accepted, 2 unchanged, 1 refused" in again.stdout

    assert desk("pull", "--project", title).returncode == 0
    reported = desk("report", "--since", "last")
    assert reported.returncode == 0, reported.stderr
    claims = read_csv(folder / "claims.csv").set_index("claim_id")
    first = claims.loc[disputes["claim_id"][0]]
    assert (first["status"], first["label"], first["decision"]) == ("adjudicated", *["checkable_fact"] * 2)
    assert first["note"] == "As the minutes say."
    assert claims.loc[disputes["claim_id"][1], "status"] == "tie"
    changes = read_csv(folder / "changes.csv")
    assert set(changes.loc[changes["what"] == "status", "after"]) == {"adjudicated"}
    drafts = json.loads((folder / "claimreview.json").read_text(encoding="utf-8"))
    assert "As the minutes say." not in json.dumps(drafts, ensure_ascii=False)
    assert claims.loc[disputes["claim_id"][0], "claim"] in json.dumps(drafts, ensure_ascii=False)


def test_what_was_done_by_hand_is_shown_and_mended_with_force(
    desk: Desk,
    owner: Client,
    reviewers: tuple[Reviewer, Reviewer],
    new_title: Callable[[], str],
    tmp_path: Path,
) -> None:
    title = new_title()
    assert desk("push", "--project", title, str(SAMPLE)).returncode == 0
    task = owner.export(find_project(owner, title).number)[0]
    said = {claim["claim_id"]: {"label": "opinion"} for claim in task["data"]["claims"]}
    reviewers[0].client.answer(task["id"], results_of(task, said))
    owner.sdk.tasks.update(id=str(task["id"]), data=task["data"] | {"section": "Another heading"})

    for arguments in (["--dry-run"], []):
        refused = desk("push", "--project", title, *arguments, str(SAMPLE))
        assert refused.returncode == 6
        assert f"edited in Label Studio, task: {task['id']} (with 1 answer)" in refused.stdout
        assert "push with --force, which saves a copy of all answers" in refused.stderr
    forced = desk("push", "--project", title, "--force", str(SAMPLE))
    assert forced.returncode == 0, forced.stderr
    assert f"{len(said)} claims sent" in forced.stdout
    (copy,) = (tmp_path / "exports").glob("*/pulls/*.json.gz")
    assert str(copy) in forced.stderr
    saved = json.loads(gzip.decompress(copy.read_bytes()))
    assert [a["result"] for t in saved["tasks"] for a in t["annotations"]]
    again = desk("push", "--project", title, str(SAMPLE))
    assert again.returncode == 0
    assert "0 claims sent" in again.stdout


def test_a_correction_tells_which_answers_stay_with_the_old_words(
    desk: Desk,
    owner: Client,
    reviewers: tuple[Reviewer, Reviewer],
    new_title: Callable[[], str],
    tmp_path: Path,
) -> None:
    title, file = new_title(), tmp_path / "harbour_talks.txt"
    file.write_text(SAMPLE.read_text(encoding="utf-8"), encoding="utf-8")
    assert desk("push", "--project", title, "--layout", "claim", str(file)).returncode == 0
    task = next(
        t for t in owner.export(find_project(owner, title).number) if "212 boats" in t["data"]["claim"]
    )
    claim_id = task["data"]["claim_id"]
    reviewers[0].client.answer(task["id"], results_of(task, {claim_id: {"label": "opinion"}}))
    file.write_text(file.read_text(encoding="utf-8").replace("212 boats", "213 boats"), encoding="utf-8")
    planned = desk("push", "--project", title, "--layout", "claim", "--dry-run", str(file)).stdout
    assert "changed (1 answer stays with the old words): In 2018, 212 boats" in planned
    assert desk("push", "--project", title, "--layout", "claim", str(file)).returncode == 0
    assert desk("pull", "--project", title).returncode == 0
    assert desk("report", "--project", title).returncode == 0
    (table,) = (tmp_path / "exports").glob("*/claims.csv")
    claims = read_csv(table).set_index("claim_id")
    assert claims.loc[claim_id, "label"] == "opinion"
    assert pd.isna(claims.loc[claim_id, "position"])
    new = claims[claims["claim"].str.contains("213 boats")]
    assert new["label"].isna().all()


def test_a_dry_run_makes_nothing(desk: Desk, owner: Client, new_title: Callable[[], str]) -> None:
    title = new_title()
    done = desk("push", "--project", title, "--dry-run", str(SAMPLE))
    assert done.returncode == 0
    assert " new, 0 unchanged" in done.stdout
    assert title not in {project["title"] for project in owner.projects()}


def test_a_corrected_word_is_shown_as_changed(
    desk: Desk, new_title: Callable[[], str], tmp_path: Path
) -> None:
    title, file = new_title(), tmp_path / "harbour_talks.txt"
    file.write_text(SAMPLE.read_text(encoding="utf-8"), encoding="utf-8")
    assert desk("push", "--project", title, str(file)).returncode == 0
    file.write_text(file.read_text(encoding="utf-8").replace("212 boats", "213 boats"), encoding="utf-8")
    planned = desk("push", "--project", title, "--dry-run", str(file)).stdout
    assert ", 1 changed, 0 gone" in planned
    assert "changed: In 2018, 212 boats" in planned
    assert "to: In 2018, 213 boats" in planned


def test_refusals(desk: Desk, owner: Client, new_title: Callable[[], str], httpserver: HTTPServer) -> None:
    title, foreign = new_title(), new_title()
    assert desk("push", "--project", title, str(SAMPLE)).returncode == 0
    owner.sdk.projects.create(title=foreign, label_config="<View/>")
    httpserver.expect_request("/api/version").respond_with_json({"name": "something else"})
    elsewhere = httpserver.url_for("").rstrip("/")
    for arguments, more, code, message in (
        (["push", "--project", "ab", str(SAMPLE)], {}, 2, "3 to 50 characters"),
        (["push", "--project", "a" * 51, str(SAMPLE)], {}, 2, "3 to 50 characters, not 51"),
        (["push", "--project", "   ", str(SAMPLE)], {}, 2, "3 to 50 characters, not spaces alone"),
        (["push", "--project", title, "--layout", "claim", str(SAMPLE)], {}, 6, "has the article layout"),
        (["push", "--project", foreign, str(SAMPLE)], {}, 6, "was not made by annotate"),
        (["pull", "--project", "no such project"], {}, 6, "push an article first"),
        (["pull", "--project", title], {"LABEL_STUDIO_API_KEY": "secret-key"}, 4, "does not accept the key"),
        (["pull", "--project", title], {"LABEL_STUDIO_URL": elsewhere}, 3, "is no Label Studio"),
        (["studio", "invite", "Ada"], {}, 2, "local Label Studio"),
    ):
        done = desk(*arguments, **more)
        assert (done.returncode, done.stdout) == (code, ""), done.stderr
        assert message in done.stderr
        assert done.stderr.count("\n") == 1
        assert "secret-key" not in done.stderr


def test_a_title_that_stands_twice(desk: Desk, owner: Client, new_title: Callable[[], str]) -> None:
    title = new_title()
    assert desk("push", "--project", title, str(SAMPLE)).returncode == 0
    twin = owner.project(find_project(owner, title).number)
    owner.sdk.projects.create(title=title, description=twin["description"], label_config=twin["label_config"])
    done = desk("push", "--project", title, str(SAMPLE))
    assert done.returncode == 6
    assert "several projects are named" in done.stderr


def test_users_lists_progress(desk: Desk, reviewers: tuple[Reviewer, Reviewer]) -> None:
    done = desk("studio", "users")
    assert done.returncode == 0
    for reviewer in reviewers:
        assert reviewer.credentials.email in done.stdout


@pytest.mark.parametrize(("layout", "words"), [("article", "section"), ("claim", "claim")])
def test_the_list_of_tasks_shows_no_suggestion(
    desk: Desk, owner: Client, new_title: Callable[[], str], layout: str, words: str
) -> None:
    title = new_title()
    assert desk("push", "--project", title, "--layout", layout, str(SAMPLE)).returncode == 0
    number = find_project(owner, title).number
    columns = owner.sdk._client_wrapper.httpx_client.request(
        f"api/dm/columns/?project={number}", method="GET"
    )
    (view,) = owner.sdk.views.list(project=number)
    hidden = {
        name.removeprefix("tasks:").removeprefix("data.") for name in view.data["hiddenColumns"]["explore"]
    }
    listed = {column["id"] for column in columns.json()["columns"]} - {"data"}
    assert listed - hidden == {"id", "total_annotations", "annotators", "title", "position", words}
