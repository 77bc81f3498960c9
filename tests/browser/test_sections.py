"""How far one is: the list of tasks, `annotate studio users` and the report count judged claims alike."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Response, expect

from annotate import cli
from annotate.studio import Client, Project, Server, Terms
from annotate.studio.format import Layout, claims_of, results_of
from annotate.studio.format.decisions import Entry, with_entry
from tests.browser.conftest import LogIn
from tests.browser.test_desk import submitted
from tests.browser.test_labelling import begin, pushed
from tests.conftest import Reviewer

pytestmark = [pytest.mark.studio, pytest.mark.browser]

TOWN = """# The well

{The well is nine metres deep.|checkable_fact} {It should be closed.|opinion}
{A surveyor, Ida Holm, said it leaks.|attributed_report|Ida Holm|said}

# The mill

{The mill burnt down in 1911.|checkable_fact} {Nobody misses it.|opinion}

# The inn

{The inn has six rooms.|checkable_fact} {Its soup is too thin.|opinion}

# The quay

{Two boats lie at the quay.|checkable_fact} {They ought to be sold.|opinion}
"""
DRAWN = {"start": 0, "end": 8, "text": "The well"}
Answer = dict[str, dict[str, Any]]


def labelled(*claims: str, label: str = "opinion") -> Answer:
    return {claim: {"label": label} for claim in claims}


@dataclass
class Town:
    """A project for two people, with some suggestions blind; its tasks and claims in reading order."""

    owner: Client
    project: Project
    tasks: list[dict[str, Any]] = field(init=False)

    def __post_init__(self) -> None:
        self.tasks = self.owner.export(self.project.number)

    def of(self, claim: int) -> tuple[dict[str, Any], str]:
        """Return the task of a claim, by its number in the article, and its id."""
        pairs = [(task, each.claim_id) for task in self.tasks for each in claims_of(task)]
        return pairs[claim]

    def answer(self, by: Client, said: Mapping[int, Any], *more: Mapping[str, Any], **fields: Any) -> int:
        """Answer the task of some claims: by number what is said of each; `more` are further results."""
        task, _ = self.of(min(said))
        results = results_of(task, {self.of(claim)[1]: fields for claim, fields in said.items()})
        body = {"result": [*results, *more], **fields}
        return int(
            by.sdk.annotations.create(id=task["id"], request_options={"max_retries": 0}, **body).id or 0
        )

    def draft(self, by: Client, said: Mapping[int, Any]) -> None:
        task, _ = self.of(min(said))
        results = results_of(task, {self.of(claim)[1]: fields for claim, fields in said.items()})
        call(by, "POST", f"api/tasks/{task['id']}/drafts", json={"result": results, "lead_time": 1})

    def decide(self, by: Client, claim: int) -> None:
        """Settle a claim's label, as `annotate adjudicate` does."""
        task, claim_id = self.of(claim)
        (result, *_) = results_of(task, {claim_id: {"label": "opinion"}}, only=None)
        entry = Entry("2026-05-04T10:00:00.000000Z", "opinion", "")
        by.answer(task["id"], [with_entry(result, [], entry)], ground_truth=True)


def call(client: Client, method: str, path: str, **more: Any) -> Any:
    answer = client.sdk._client_wrapper.httpx_client.request(path, method=method, **more)
    assert answer.status_code < 300, (path, answer.text)
    return answer


def region(name: str, control: str, label: str, **place: Any) -> dict[str, Any]:
    """Return what the browser sends of a region that an annotator drew."""
    value = {**place, "labels": [label]}
    return {"id": name, "from_name": control, "to_name": "text", "type": "labels", "value": value}


def judge_sections(town: Town, ada: Client, bo: Client, gone: int) -> None:
    label, not_a_claim = {"label": "opinion"}, {"flags": ["not_a_claim"]}
    mark = region("drawn-2", "mark", "source", **DRAWN)
    # Ada: a section with one claim unlabelled, one added and a mark; one skipped; one drafted; one with a claim
    # deleted, after an answer that labelled it; Bo: two whole, one claim of them flagged.
    town.answer(ada, {0: label, 1: label}, region("drawn-1", "label", "opinion", **DRAWN), mark)
    town.answer(ada, {3: label, 4: label}, was_cancelled=True)
    town.draft(ada, {5: label, 6: label})
    town.answer(ada, {7: label, 8: label})
    task, kept = town.of(7)
    (claim,) = (each for each in claims_of(task) if each.claim_id == kept)
    ada.answer(task["id"], results_of(task, {kept: label}, only=[claim]))
    town.answer(bo, {0: label, 1: label, 2: label})
    town.answer(bo, {3: label, 4: not_a_claim})
    town.answer(town.owner, {5: label, 6: {"label": "claim"}}, completed_by=gone)
    town.decide(town.owner, 0)


def judge_claims(town: Town, ada: Client, bo: Client, gone: int) -> None:
    label, filled_in = {"label": "opinion"}, {"suggestion": "Opinion"}
    for claim in (0, 1):
        town.answer(ada, {claim: label})
    town.answer(ada, {2: {"label": "claim", "note": "later"}})
    town.answer(ada, {3: label}, was_cancelled=True)
    town.draft(ada, {4: label})
    town.answer(ada, {5: {"flags": ["not_a_claim"]}})
    town.answer(ada, {6: filled_in | {"flags": ["not_a_claim"]}})
    town.answer(ada, {7: label | {"flags": ["not_a_claim"]}})
    for claim in (0, 6):
        town.answer(bo, {claim: filled_in})
    town.answer(town.owner, {1: label}, completed_by=gone)
    town.decide(town.owner, 0)


#: What the tasks that somebody answered show to Ada and to Bo, and what each has judged in all.
SHOWN: Mapping[Layout, Any] = {
    "article": (
        judge_sections,
        (["3 of 4", "0 of 2", "0 of 2", "1 of 1"], ["3 of 3", "1 of 1", "0 of 2", "0 of 2"]),
        {"Ada": "4 of 9", "Bo": "4 of 8", "owner": "0 of 9", "gone": "1 of 9"},
    ),
    "claim": (
        judge_claims,
        (["1 of 1"] * 2 + ["0 of 1"] * 2 + ["0 of 0"] * 2 + ["1 of 1"], ["1 of 1"] * 2),
        {"Ada": "3 of 7", "Bo": "2 of 9", "owner": "0 of 9", "gone": "1 of 9"},
    ),
}


@pytest.fixture
def command(
    studio: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., str]:
    """Return a function that runs `annotate` with the run's server, and returns what it prints."""
    monkeypatch.setenv("LABEL_STUDIO_URL", studio.url)
    monkeypatch.setenv("LABEL_STUDIO_API_KEY", studio.credentials.token)
    monkeypatch.setenv("ANNOTATE_EXPORTS", str(tmp_path / "exports"))

    def run(*arguments: str) -> str:
        capsys.readouterr()
        assert cli.run(arguments) == 0
        return capsys.readouterr().out

    return run


def listed(page: Page, project: Project, told: str) -> list[str]:
    """Open the list of tasks, wait for what it says in all, and return what it says of each task."""
    page.goto(f"/projects/{project.number}/data")
    expect(page.locator(".claimdesk-judged")).to_have_text(f"You judged {told} claims")
    rows: list[str] = page.locator("[data-judged]").evaluate_all(
        "rows => rows.map(row => row.dataset.judged)"
    )
    return [row.removesuffix(" judged") for row in rows]


def users_counts(printed: str, title: str) -> dict[str, str]:
    """Return what `annotate studio users` says of a project: by log-in, how many claims are judged."""
    who, counts = "", {}
    for line in printed.splitlines():
        cells = re.split(r"\s{2,}", line.rstrip())
        who = cells[0] or who
        if cells[1] == title:
            counts[who] = cells[2]
    return counts


@pytest.mark.parametrize("layout", ["article", "claim"])
def test_the_list_the_users_and_the_report_count_alike(
    owner: Client,
    studio: Server,
    reviewers: tuple[Reviewer, Reviewer],
    new_title: Callable[[], str],
    log_in: LogIn,
    command: Callable[..., str],
    tmp_path: Path,
    layout: Layout,
) -> None:
    terms = Terms(codebook="1", suggestions="preload" if layout == "claim" else "hint", blind=0.3)
    project, claims = pushed(owner, new_title(), layout, TOWN, people=2, terms=terms)
    town, (ada, bo) = Town(owner, project), reviewers
    judge, rows, told = SHOWN[layout]
    email = f"cal.{project.number}@desk.example"
    gone = owner.sdk.users.create(email=email, username=email, first_name="Cal", last_name="Reed").id
    judge(town, ada.client, bo.client, gone)
    assert len(claims) == 9
    for command_before in ("pull", "report"):
        command(command_before, "--project", project.title)  # remembers who the third one was
    call(owner, "DELETE", f"api/users/{gone}/")

    for person, shown, whole in ((ada, rows[0], told["Ada"]), (bo, rows[1], told["Bo"])):
        assert listed(log_in(person.credentials, script=True), project, whole) == shown
    listed(log_in(studio.credentials, script=True), project, told["owner"])
    printed = users_counts(command("studio", "users"), project.title)
    people = {ada.credentials.email: told["Ada"], bo.credentials.email: told["Bo"], "Cal Reed": told["gone"]}
    assert people.items() <= printed.items()
    for again in ("pull", "report"):
        command(again, "--project", project.title)
    (report,) = tmp_path.glob("exports/*/report.html")
    page = log_in(ada.credentials, mode="dark")
    page.goto(report.as_uri())
    table = page.get_by_role("region", name="Table of progress").inner_text()
    for name, whole in (("Ada Brandt", told["Ada"]), ("Bo Silva", told["Bo"]), ("Cal Reed", told["gone"])):
        assert re.search(rf"{name}\s+{whole} \(", table), table


def read_by_script(seen: Response) -> bool:
    return "/api/tasks?" in seen.url and "parent_prediction" in seen.url


def test_the_list_follows_what_is_done_and_reads_only_what_changed(
    owner: Client, reviewers: tuple[Reviewer, Reviewer], new_title: Callable[[], str], log_in: LogIn
) -> None:
    project, _ = pushed(owner, new_title(), "article", TOWN)
    town, ada = Town(owner, project), reviewers[0]
    page = log_in(ada.credentials, script=True)
    assert listed(page, project, "0 of 9") == ["0 of 3", "0 of 2", "0 of 2", "0 of 2"]
    begin(page, project)
    expect(page.locator(".desk-text")).to_contain_text("nine metres")
    expect(page.locator(".claimdesk-judged")).to_be_hidden()
    page.keyboard.press("1")
    page.keyboard.press("f")  # which stops at the claims without a label
    expect(page.locator(".claimdesk [role=status]")).not_to_be_empty()
    submitted(page)
    expect(page.locator(".desk-text")).to_contain_text("burnt down")
    with page.expect_response(read_by_script) as seen:
        page.get_by_role("link", name=project.title).click()
    expect(page.locator(".claimdesk-judged")).to_have_text("You judged 1 of 9 claims")
    assert [task["id"] for task in seen.value.json()["tasks"]] == [town.tasks[0]["id"]]
    for _ in range(2):
        with page.expect_response(read_by_script) as seen:
            page.reload()
        expect(page.locator(".claimdesk-judged")).to_have_text("You judged 1 of 9 claims")
        assert seen.value.json()["tasks"] == []

    owner.delete_task(town.tasks[3]["id"])
    assert listed(page, project, "1 of 7") == ["1 of 3", "0 of 2", "0 of 2"]
    foreign = owner.create_project(title=new_title(), label_config="<View/>")
    owner.import_tasks(foreign, [{"data": {"text": "Made by hand."}}])
    with page.expect_response(
        lambda seen: f"project={foreign}&" in seen.url and "data.layout" in seen.url
    ) as seen:
        page.goto(f"/projects/{foreign}/data")
    assert seen.value.json()["total"] == 0
    expect(page.get_by_label(re.compile("Select Task"))).to_have_count(1)
    page.wait_for_load_state("networkidle")  # it asks once
    expect(page.locator(".claimdesk-judged")).to_be_hidden()


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_all_columns_fit_the_screen(
    owner: Client,
    reviewers: tuple[Reviewer, Reviewer],
    new_title: Callable[[], str],
    log_in: LogIn,
    mode: str,
) -> None:
    for layout in ("article", "claim"):
        project, _ = pushed(owner, new_title(), layout, TOWN)
        page = log_in(reviewers[0].credentials, mode=mode, script=True)
        listed(page, project, "0 of 9") if layout == "article" else page.goto(project.url)
        row = page.get_by_test_id("table-row").first
        expect(row).to_be_visible()
        assert row.evaluate("row => row.scrollWidth <= innerWidth")
        expect(row).to_contain_text({"article": "section 1 of 4, 3 claims", "claim": "claim 1 of 9"}[layout])


def test_no_count_lies_over_the_columns_beside_an_open_task(
    owner: Client, reviewers: tuple[Reviewer, Reviewer], new_title: Callable[[], str], log_in: LogIn
) -> None:
    project, _ = pushed(owner, new_title(), "article", TOWN)
    page = log_in(reviewers[0].credentials, script=True)
    listed(page, project, "0 of 9")
    expect(page.locator("[data-judged]")).to_have_count(4)
    page.get_by_test_id("table-row").first.click()
    page.locator(".claimdesk .keys").wait_for()
    expect(page.get_by_test_id("table-row")).to_have_count(4)
    expect(page.locator("[data-judged]")).to_have_count(0)
    page.goto(project.url)
    expect(page.locator("[data-judged]")).to_have_count(4)


# The contrast of the words at the end of a row, which axe-core does not see since a style sheet writes them.
CONTRAST = """row => {
  const light = (colour) => {
    const [r, g, b] = colour.match(/[\\d.]+/g).map((part) => part / 255).map((c) => c <= .04045 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4);
    return .2126 * r + .7152 * g + .0722 * b;
  };
  let ground = row;
  while (/, 0\\)$/.test(getComputedStyle(ground).backgroundColor)) ground = ground.parentElement;
  const [low, high] = [getComputedStyle(row, "::after").color, getComputedStyle(ground).backgroundColor].map(light).sort((a, b) => a - b);
  return (high + .05) / (low + .05);
}"""


def faults(page: Page) -> Counter[str]:
    """Count what axe-core finds wrong, by rule."""
    found = Axe().run(page).response["violations"]
    return Counter({fault["id"]: len(fault["nodes"]) for fault in found})


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_what_the_script_adds_to_the_list_has_no_fault_of_access(
    owner: Client,
    reviewers: tuple[Reviewer, Reviewer],
    new_title: Callable[[], str],
    log_in: LogIn,
    mode: str,
) -> None:
    project, _ = pushed(owner, new_title(), "article", TOWN)
    page = log_in(reviewers[0].credentials, mode=mode, script=True)
    listed(page, project, "0 of 9")
    plain = log_in(reviewers[0].credentials, mode=mode)
    plain.goto(project.url)
    expect(plain.get_by_test_id("table-row")).to_have_count(4)
    assert not Axe().run(page, context=".claimdesk-judged").response["violations"]
    assert not faults(page) - faults(plain)  # Label Studio has some of its own
    rows = page.locator("[data-judged]")
    assert min(rows.evaluate_all(f"rows => rows.map({CONTRAST})")) >= 4.5
