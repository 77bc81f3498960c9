"""An annotator logs in, labels by keyboard alone and submits; the pull shows exactly those answers."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from annotate.labels import SHOWN_AS
from annotate.model import Claim, Judgement
from annotate.studio import Client, Project, Terms, open_project, pull_project, read_config
from annotate.studio.format import Layout, judgements_of
from tests.browser.conftest import LogIn
from tests.conftest import Reviewer
from tests.plans import apply, plan
from tests.specimen import BRIDGE, specimen

pytestmark = [pytest.mark.studio, pytest.mark.browser]

KEYS = {"1": "opinion", "2": "attributed_report", "3": "checkable_fact"}
# The last piece of each claim in the text, without the marks of sources and cues.
CLAIMS = ".htx-highlight[data-label]:not([data-label$=':Source']):not([data-label$=':Cue'])"
CUES = ".htx-highlight[data-label$=':Cue']"
SHORT = BRIDGE.split("# What")[0]
# Quotation marks, an emoji, Chinese, a combining accent, markup and a template: shown as they are, at their place.
ODD = (
    "# Прогноз <b>погоды</b>\n\n{“Ja” 🌉 said Åse. She meant it 👩‍👩‍👧.|attributed_report|Åse} "
    "{橋は一九九八年に閉鎖された。} {Price: $5 &amp; rising, <i>they</i> say.}"
)


TERMS = Terms(codebook="1")


def pushed(
    client: Client,
    title: str,
    layout: Layout,
    marked: str,
    people: int = 1,
    *,
    terms: Terms = TERMS,
) -> tuple[Project, list[Claim]]:
    article, claims, skips = specimen(marked)
    project = open_project(client, title, layout, annotators=people)
    apply(client, project, plan(client, project, article, claims, skips, layout=layout, terms=terms))
    return project, claims


def answers(client: Client, project: Project) -> list[Judgement]:
    raw = pull_project(client, project)
    names = {int(number): user["name"] for number, user in raw["users"].items()}
    labels = read_config(project.layout).labels
    return [judgement for task in raw["tasks"] for judgement in judgements_of(task, names, labels)]


def begin(page: Page, project: Project) -> None:
    page.goto(f"/projects/{project.number}/data")
    page.get_by_role("button", name="Label All Tasks").first.click()


def submit(page: Page) -> None:
    with page.expect_response(
        lambda answer: "/annotations" in answer.url and answer.request.method == "POST"
    ):
        page.keyboard.press("Control+Enter")


def label_region(page: Page, claim: Claim, key: str) -> None:
    """Go to the next region, see that it is this claim, and press a digit."""
    page.keyboard.press("Alt+.")
    chosen, label = page.locator(".htx-highlight.__active"), page.locator(".desk-bar .lsf-label_selected")
    expect(label).to_have_text("Claim0")
    assert "".join(chosen.all_text_contents()) == claim.text
    page.keyboard.press(key)
    expect(label).to_have_text(f"{SHOWN_AS[KEYS[key]]}{key}")


def all_grey(page: Page, count: int) -> None:
    """See that no claim has a label yet."""
    expect(page.locator(f"{CLAIMS}[data-label$=':Claim']")).to_have_count(count)
    expect(page.locator(CLAIMS)).to_have_count(count)
    expect(page.locator(".desk-bar .lsf-label_selected")).to_have_count(0)


@pytest.mark.parametrize("marked", [BRIDGE, ODD], ids=["bridge", "odd"])
def test_article_layout(
    owner: Client,
    reviewers: tuple[Reviewer, Reviewer],
    new_title: Callable[[], str],
    log_in: LogIn,
    marked: str,
) -> None:
    project, claims = pushed(owner, new_title(), "article", marked)
    ada = reviewers[0]
    page = log_in(ada.credentials)
    begin(page, project)
    sections = [
        [claim for claim in claims if claim.section == name]
        for name in dict.fromkeys(c.section for c in claims)
    ]
    keys = {claim.claim_id: "123"[claim.index % 3] for claim in claims}
    for section in sections:
        expect(page.locator(".desk-text")).to_contain_text(section[-1].text)
        all_grey(page, len(section))
        for claim in section:
            label_region(page, claim, keys[claim.claim_id])
        page.keyboard.press("q")  # flags the last claim of the section as split
        expect(page.locator(".desk-side input[name=Split]")).to_be_checked()
        submit(page)
    found = answers(owner, project)
    assert {(j.claim_id, j.label) for j in found} == {(claim_id, KEYS[key]) for claim_id, key in keys.items()}
    assert len(found) == len(claims)
    assert {(j.annotator, j.status, j.codebook) for j in found} == {("Ada Brandt", "labelled", "1")}
    assert [(j.start, j.end, j.text) for j in found] == [(c.start, c.end, c.text) for c in claims]
    assert not any(j.boundary_changed or j.added for j in found)
    assert {j.claim_id for j in found if j.flags == ("split",)} == {
        section[-1].claim_id for section in sections
    }


def test_article_layout_fields_and_deleting(
    owner: Client, reviewers: tuple[Reviewer, Reviewer], new_title: Callable[[], str], log_in: LogIn
) -> None:
    project, claims = pushed(owner, new_title(), "article", SHORT)
    page = log_in(reviewers[0].credentials, mode="dark")
    begin(page, project)
    expect(page.locator(CLAIMS)).to_have_count(len(claims))
    expect(page.locator(".desk-side input[name=note]")).to_be_hidden()  # no claim is chosen yet
    label_region(page, claims[0], "3")
    expect(page.locator(".desk-side")).to_contain_text("Suggestion: checkable fact (75 %): specimen")
    expect(page.locator(".desk-hint input")).to_be_hidden()  # a suggestion is read, not written
    page.locator(".desk-side input[name=note]").focus()
    page.keyboard.type("1 2 3 q, and back")
    page.keyboard.press("Enter")
    page.locator(".desk-side input[name=evidence]").focus()
    page.keyboard.type("https://orrin.example/minutes")
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    page.locator(".desk-bar").click()
    page.locator(CLAIMS, has_text="said it was no longer safe").click()
    expect(page.locator(".desk-side")).to_contain_text("the mayor, Tove Lund")
    page.keyboard.press("2")
    page.keyboard.press("5")
    page.locator(CLAIMS, has_text=claims[2].text).click()
    page.keyboard.press("Backspace")
    expect(page.locator(CLAIMS)).to_have_count(len(claims) - 1)
    submit(page)
    found = {j.claim_id: j for j in answers(owner, project)}
    first, second, third, *others = (found[claim.claim_id] for claim in claims)
    assert (first.label, first.note, first.flags) == ("checkable_fact", "1 2 3 q, and back", ())
    assert first.evidence == "https://orrin.example/minutes"
    assert (second.label, second.source, second.source_kind) == (
        "attributed_report",
        "the mayor, Tove Lund",
        "person",
    )
    assert (third.status, third.label) == ("deleted", None)
    assert {j.status for j in others} == {"unjudged"}


@pytest.mark.parametrize(("marked", "mode"), [(SHORT, "light"), (ODD, "dark")], ids=["bridge", "odd"])
def test_claim_layout(
    owner: Client,
    reviewers: tuple[Reviewer, Reviewer],
    new_title: Callable[[], str],
    log_in: LogIn,
    marked: str,
    mode: str,
) -> None:
    project, claims = pushed(owner, new_title(), "claim", marked)
    page = log_in(reviewers[1].credentials, mode=mode)
    begin(page, project)
    keys = {claim.claim_id: "231"[claim.index % 3] for claim in claims}
    for claim in claims:
        expect(page.locator(".desk-claim")).to_have_text(claim.text)
        expect(page.locator(".desk-text h4, .desk-text h5, .desk-text h6").first).to_have_text(
            f"claim {claim.index + 1} of {len(claims)}"
        )
        expect(page.locator(".desk-label input:checked")).to_have_count(0)
        page.keyboard.press(keys[claim.claim_id])
        expect(page.locator(".desk-label input:checked")).to_have_count(1)
        expect(page.locator(".desk-side input[name=note]")).to_be_in_viewport()
        expect(page.locator(".desk-label")).to_be_in_viewport()
        submit(page)
    found = answers(owner, project)
    assert [(j.claim_id, j.label) for j in found] == [(claim_id, KEYS[key]) for claim_id, key in keys.items()]
    assert {(j.annotator, j.status) for j in found} == {("Bo Silva", "labelled")}
    sources = {j.claim_id: j.source for j in found if j.source}
    said = {
        c.claim_id: c.attribution.source.of(specimen(marked)[0].text)
        for c in claims
        if c.attribution and c.attribution.source
    }
    assert sources == said


def test_a_second_reviewer_starts_afresh(
    owner: Client, reviewers: tuple[Reviewer, Reviewer], new_title: Callable[[], str], log_in: LogIn
) -> None:
    project, claims = pushed(owner, new_title(), "claim", "{It rained all week.|checkable_fact}", people=2)
    for reviewer, key in zip(reviewers, "13", strict=True):
        page = log_in(reviewer.credentials)
        begin(page, project)
        expect(page.locator(".desk-claim")).to_have_text(claims[0].text)
        expect(page.locator(".desk-label input:checked")).to_have_count(0)
        page.keyboard.press(key)
        expect(page.locator(".desk-label input:checked")).to_have_count(1)
        submit(page)
    found = {(j.annotator, j.label) for j in answers(owner, project)}
    assert found == {("Ada Brandt", "opinion"), ("Bo Silva", "checkable_fact")}
