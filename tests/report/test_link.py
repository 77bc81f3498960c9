"""The link of a claim: a real Label Studio shows the claim in its section, and nothing is changed by looking.

`/projects/N/data?task=M` of Label Studio 1.23.2 opens the newest answer, whoever's it is, at its top and ready to be
changed; `annotation`, `region` and `prediction` in that address do nothing. So our own page answers there.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from openpyxl import load_workbook
from playwright.sync_api import Browser, BrowserContext, Page, Request, expect

from annotate.model import Decision
from annotate.report import move_links, read_csv, write_csv, write_tables
from annotate.studio import (
    Client,
    Credentials,
    Project,
    Server,
    add_user,
    connect,
    open_project,
    pull_project,
)
from annotate.studio.adjudicate import record
from annotate.studio.format import Layout, claims_of, results_of
from annotate.studio.local import server as local
from tests.conftest import own_port
from tests.plans import apply, plan
from tests.pulls import write_raw
from tests.report.answers import label, task_of
from tests.report.answers import project as pulled
from tests.specimen import specimen

EVIL = "<img src=x onerror=\"document.title='run'\">"
QUIET = " ".join(f"Year {n} was quiet, and so was each town on the river." for n in range(1900, 1990))
FERRY = f"""# The ferry 🌉

{{The ferry 👩‍👩‍👧 sank in 1911.|checkable_fact}} {{{EVIL} &amp; floats, said Olav Brekke.|attributed_report|Olav Brekke}}

{{Then nothing happened.}} {QUIET} {{It should sail again.|opinion}} Nobody asked.

# The pier

{{The pier cost 40 crowns.|checkable_fact}}
"""
DRAWN = "each town on the river"  # which an annotator made a claim


@pytest.fixture
def own(template: Path, executable: Path, tmp_path: Path) -> Iterator[Server]:
    """Return a Label Studio that the test may stop."""
    home = shutil.copytree(template, tmp_path / "studio")
    yield local.start(home, executable=executable, port=own_port())
    local.stop(home)


def answered(client: Client, ada: Client, title: str, layout: Layout) -> Project:
    """Push an article, and have Ada judge each claim; in the article layout she draws one, and an editor decides one."""
    project = open_project(client, title, layout)
    apply(client, project, plan(client, project, *specimen(FERRY), layout=layout))
    tasks = client.export(project.number)
    for task in tasks:
        said = {each.claim_id: {"label": "opinion", "note": EVIL} for each in claims_of(task)}
        results = results_of(task, said)
        if layout == "article" and DRAWN in task["data"]["text"]:
            start = task["data"]["text"].index(DRAWN)
            value = {"start": start, "end": start + len(DRAWN), "text": DRAWN, "labels": ["checkable_fact"]}
            place = {"from_name": "label", "to_name": "text", "type": "labels", "value": value}
            results = [*results, {"id": "drawn-1", **place}]
        ada.answer(task["id"], results, seconds=2.0)
    first = claims_of(tasks[0])[0]
    decision = Decision(first.claim_id, "checkable_fact", "Minutes, page 4", tasks[0]["id"], 0, 0)
    record(client, project, client.export(project.number), [decision], editor="Mara Ek")
    return project


def state(client: Client, project: Project) -> Any:
    """Return all that somebody could have written: answers, drafts, and when they changed."""
    tasks = client.export(project.number)
    return [(each["id"], each["updated_at"], each["drafts"], each["annotations"]) for each in tasks]


def log_in(page: Page, person: Credentials) -> None:
    page.fill("#email", person.email)
    page.fill("#password", person.password)
    page.press("#password", "Enter")


def follow(report: Page, claim_id: str) -> None:
    """Click a claim in the report, and then the link in its card."""
    report.locator(f"[id='{claim_id}'] button").first.click()
    report.locator(":popover-open").get_by_role("link", name="see in Label Studio").click()


def shown(page: Page, words: str) -> None:
    """See that the claim of these words, and no other, is marked and in view."""
    chosen = page.locator("mark[aria-current]")
    expect(chosen).to_have_text(words, timeout=30_000)
    expect(chosen).to_be_in_viewport(ratio=1)


def check_links(context: BrowserContext, folder: Path, *, password: Credentials | None) -> list[Request]:
    """Follow the link of each claim in the report, log in on the way, and return what was asked of the server."""
    page, asked = context.new_page(), list[Request]()

    def note(request: Request) -> None:  # playwright takes no method of a list
        asked.append(request)

    page.on("request", note)
    claims = read_csv(folder / "claims.csv")
    for number, row in enumerate(claims.to_dict("records")):
        page.goto((folder / "report.html").as_uri())
        follow(page, row["claim_id"])
        if password and not number:
            log_in(page, password)
            asked.clear()  # to log in, something is sent
        shown(page, row["claim"])
        assert page.url.replace("/data/?", "/data?") == row["link"]
        assert page.locator("img, main script").count() == 0
        assert not page.title().startswith("run")
    page.close()
    return [each for each in asked if each.url.startswith("http")]


@pytest.mark.studio
@pytest.mark.browser
@pytest.mark.parametrize("layout", ["article", "claim"])
def test_links_lead_to_the_claim_change_nothing_and_work_after_a_restart(
    own: Server, executable: Path, browser: Browser, tmp_path: Path, layout: Layout
) -> None:
    client, person = connect(own.url, own.credentials.token), add_user(own.credentials, "Ada Brandt")
    project = answered(client, connect(own.url, person.token), "The ferry", layout)
    folder = tmp_path / "exports"
    write_tables(pull_project(client, project), folder)
    before, context = state(client, project), browser.new_context(viewport={"width": 1366, "height": 768})

    asked = check_links(context, folder, password=own.credentials)
    assert len(asked) > 4
    assert {request.method for request in asked} == {"GET"}
    assert state(client, project) == before

    claims = read_csv(folder / "claims.csv").set_index("claim")
    page = context.new_page()
    page.goto(claims["link"].iloc[0])
    expect(page.locator("#answers li")).to_have_text(
        [
            f"Opinion Ada BrandtNote: {EVIL}",  # each detail has a line of its own
            "Checkable fact decided by Mara EkNote: Minutes, page 4",
        ]
    )
    command = f"annotate review --claim {claims['claim_id'].iloc[0]} --open"
    expect(page.locator("#decide code")).to_have_text(command)
    assert Axe().run(page).response["violations"] == []
    if layout == "article":
        page.goto(claims.loc[DRAWN, "link"])
        expect(page.locator("#answers li")).to_have_text(["Checkable fact Ada Brandt"])

    local.stop(own.home)
    page.goto((folder / "report.html").as_uri())
    local.start(own.home, executable=executable)
    check_links(context, folder, password=None)
    assert state(client, project) == before

    page.goto(claims["link"].iloc[1])
    page.get_by_role("link", name="Open the task for labelling").click()
    page.locator(".lsf-richtext").first.wait_for(timeout=60_000)  # Label Studio's own page
    context.close()


@pytest.mark.studio
@pytest.mark.browser
def test_a_link_that_is_out_of_date_says_what_to_do(own: Server, browser: Browser, tmp_path: Path) -> None:
    client, person = connect(own.url, own.credentials.token), add_user(own.credentials, "Ada Brandt")
    project = answered(client, connect(own.url, person.token), "The ferry", "article")
    write_tables(pull_project(client, project), tmp_path / "exports")
    link = str(read_csv(tmp_path / "exports" / "claims.csv")["link"].iloc[0])
    page = browser.new_page()
    page.goto(link)
    log_in(page, own.credentials)
    expect(page.locator("mark[aria-current]")).to_be_visible(timeout=30_000)
    expect(page.get_by_role("alert")).to_be_hidden()
    again = "`annotate pull`, then `annotate report`, write the links again."
    page.goto(link.replace("claim=", "claim=not-"))
    expect(page.get_by_role("alert")).to_have_text(f"The claim is no longer in this section: {again}")
    client.delete_task(int(client.export(project.number)[0]["id"]))
    page.goto(link)
    expect(page.get_by_role("alert")).to_have_text(f"This task is no longer in Label Studio: {again}")
    page.close()


# --------------------------------------------------------------------------- a report for other computers


def links_of(page: str) -> int:
    return page.count("/projects/7/data?task=")


def test_a_mailed_report_has_no_link_and_says_so(tmp_path: Path) -> None:
    raw = pulled()
    named = {path.name for path in write_tables(raw, tmp_path, mail=True)}
    assert {"report.html", "report.mail.html"} <= named
    own, mailed = (
        (tmp_path / name).read_text(encoding="utf-8") for name in ("report.html", "report.mail.html")
    )
    assert (links_of(own) > 0, links_of(mailed)) == (True, 0)
    assert "127.0.0.1" not in mailed
    assert "links to Label Studio are left out" in mailed
    assert "links to Label Studio are left out" not in own
    assert "work on the computer that wrote this page" in own
    assert "work on the computer that wrote this page" not in mailed
    assert links_of((tmp_path / "claims.csv").read_text(encoding="utf-8")) > 0

    write_tables(raw, tmp_path)
    assert not (tmp_path / "report.mail.html").exists()  # it would be out of date


def test_links_to_a_server_for_many_need_no_warning(tmp_path: Path) -> None:
    raw = pulled()
    raw["project"]["url"] = "https://labels.example"
    write_tables(raw, tmp_path)
    own = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert links_of(own) > 0
    assert "work on the computer that wrote this page" not in own


def test_every_file_has_the_same_link_of_a_claim(tmp_path: Path) -> None:
    raw = pulled()
    write_tables(raw, tmp_path)
    claims = read_csv(tmp_path / "claims.csv").set_index("claim_id")["link"]
    for claim_id, link in claims.items():
        assert link.endswith(f"/data?task={task_of(raw, str(claim_id))['id']}&claim={claim_id}")
    rows = [json.loads(line) for line in (tmp_path / "claims.jsonl").read_text("utf-8").splitlines()]
    assert {row["claim_id"]: row["link"] for row in rows} == claims.to_dict()
    sheet = load_workbook(tmp_path / "desk.xlsx")["All claims"]
    assert {cell.hyperlink.target for row in sheet for cell in row if cell.hyperlink} == set(claims)
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert set(re.findall(r'<a href="([^"]*)">see in Label Studio', page)) == {
        escape(link) for link in claims
    }


# --------------------------------------------------------------------------- a server that moves


OLD, NEW = "http://127.0.0.1:8080", "http://127.0.0.1:8099"


def targets(folder: Path) -> set[str]:
    """Return the addresses, without the rest, that links in the files of a report lead to."""
    sheet = load_workbook(folder / "desk.xlsx")["All claims"]
    found = [cell.hyperlink.target for row in sheet for cell in row if cell.hyperlink]
    names = ("report.html", "claims.csv", "checks.csv", "claims.jsonl")
    found += [(folder / name).read_text("utf-8") for name in names]
    return set(re.findall(r"http://127[.0-9]+:\d+(?=/projects)", " ".join(found)))


def test_links_move_with_the_server_and_nothing_else_changes(tmp_path: Path) -> None:
    raw, folder = pulled(), tmp_path / "bridge-11111111"
    label(raw, specimen()[1][0].claim_id, by=1, as_="checkable_fact")  # a row in checks.csv
    write_raw(raw, folder)
    write_tables(raw, folder)
    assert f"{OLD}/projects" in (folder / "checks.csv").read_text("utf-8")
    book = load_workbook(folder / "desk.xlsx")
    book["All claims"]["C2"].value = "kept"
    book.save(folder / "desk.xlsx")
    claims = read_csv(folder / "claims.csv")
    claims.loc[0, "note"] = "typed"
    write_csv(claims, folder / "claims.csv")
    saved = (folder / "claims.csv").stat().st_mtime_ns
    assert targets(folder) == {OLD}

    changed, left = move_links(tmp_path, OLD, NEW)
    assert (changed >= 4, left) == (True, [])
    assert targets(folder) == {NEW}
    assert (folder / "claims.csv").stat().st_mtime_ns == saved  # decisions made later are still later
    assert read_csv(folder / "claims.csv").loc[0, "note"] == "typed"
    assert load_workbook(folder / "desk.xlsx")["All claims"]["C2"].value == "kept"
    assert move_links(tmp_path, OLD, NEW) == (0, [])  # those to other servers stay
    assert targets(folder) == {NEW}

    raw["project"]["url"] = NEW
    write_tables(raw, folder)
    assert read_csv(folder / "claims.csv").loc[0, "note"] == "typed"


def test_a_workbook_that_is_open_or_cannot_be_read_stays_as_it_was(tmp_path: Path) -> None:
    raw, folder = pulled(), tmp_path / "bridge-11111111"
    write_raw(raw, folder)
    write_tables(raw, folder)
    book = folder / "desk.xlsx"
    whole = book.read_bytes()
    (folder / ".~lock.desk.xlsx#").touch()
    assert move_links(tmp_path, OLD, NEW)[1] == [book]
    assert book.read_bytes() == whole
    (folder / ".~lock.desk.xlsx#").unlink()
    book.write_bytes(whole[:-30])
    assert move_links(tmp_path, OLD, NEW) == (0, [book])
