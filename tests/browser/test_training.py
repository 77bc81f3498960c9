"""A training round in a real browser: nothing before a section is submitted, then where the desk differs."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from label_studio_sdk.core.api_error import ApiError
from playwright.sync_api import Page, expect

from annotate.config import Settings, load_settings
from annotate.errors import AnnotateError
from annotate.studio import Client, Project, Server, list_projects
from annotate.training_round import Round, read_round
from annotate.workflows import train_annotators
from tests.browser.conftest import LogIn
from tests.browser.test_labelling import begin
from tests.conftest import Reviewer

pytestmark = [pytest.mark.studio, pytest.mark.browser]

KEYS = {"opinion": "1", "attributed_report": "2", "checkable_fact": "3"}
DIALOG = "dialog.claimdesk-training"


@pytest.fixture
def settings(
    studio: Server, owner: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Settings]:
    """Return the settings of a desk; its training rounds go with the test."""
    monkeypatch.setenv("LABEL_STUDIO_API_KEY", studio.credentials.token)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    yield load_settings(url=studio.url, studio_home=studio.home, exports=tmp_path / "exports")
    with suppress(AnnotateError, ApiError):
        for project in list_projects(owner, training=True):
            owner.sdk.projects.delete(id=project.number)


def sent(settings: Settings, owner: Client, person: Reviewer) -> tuple[Project, Round]:
    (started,) = train_annotators([person.credentials.email], settings=settings)
    project = next(p for p in list_projects(owner, training=True) if p.url == started.url)
    training = read_round(settings.exports / project.key)
    assert training
    return project, training


def claims_in(page: Page) -> list[str]:
    """Return the ids of the claims of the section in the page, in reading order."""
    page.locator(".claimdesk .keys").wait_for()
    ids: list[str] = page.evaluate(
        """() => Htx.annotationStore.selected.regions.filter(region => region.globalOffsets)
            .sort((one, other) => one.globalOffsets.start - other.globalOffsets.start)
            .map(region => region.cleanId).filter(id => !/-(source|cue)$/.test(id))"""
    )
    return ids


def label_section(page: Page, labels: dict[str, str], wrong: set[str]) -> list[str]:
    """Label the claims of a section as the desk did, but for some, and submit it."""
    ids = claims_in(page)
    expect(page.locator(".claimdesk b")).to_have_text(f"0 of {len(ids)} judged")
    for number, claim in enumerate(ids, 1):
        key = KEYS[labels[claim]]
        page.keyboard.press(("2" if key != "2" else "1") if claim in wrong else key)
        expect(page.locator(".claimdesk b")).to_have_text(f"{number} of {len(ids)} judged")
    page.keyboard.press("f")
    return ids


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_a_whole_round(
    settings: Settings,
    owner: Client,
    reviewers: tuple[Reviewer, Reviewer],
    log_in: LogIn,
    mode: Literal["light", "dark"],
) -> None:
    project, training = sent(settings, owner, reviewers[0])
    labels = {claim.claim_id: claim.label for claim in training.claims}
    notes = {claim.claim_id: claim.note for claim in training.claims}
    wrong = set(list(labels)[1:3])
    page = log_in(reviewers[0].credentials, mode=mode, script=True)
    begin(page, project)
    begun, dialog = time.perf_counter(), page.locator(DIALOG)
    seen: list[str] = []
    while len(seen) < len(labels):
        ids = claims_in(page)
        stored = page.evaluate("JSON.stringify(Htx.task.dataObj)")
        assert not any(json.dumps(note, ensure_ascii=False)[1:-1] in stored for note in notes.values())
        expect(dialog).to_have_count(0 if not seen else 1)
        assert label_section(page, labels, wrong) == ids
        expect(dialog).to_be_visible()
        missed = [claim for claim in ids if claim in wrong]
        agreed = "all 5" if not missed else f"{5 - len(missed)} of 5"
        expect(dialog.locator("h2")).to_have_text(f"You and the desk agree on {agreed} claims")
        for claim in missed:
            expect(dialog).to_contain_text(notes[claim])
        if missed:
            expect(dialog.locator("dt", has_text="Codebook")).to_have_count(len(missed))
            found = Axe().run(page, context=DIALOG)
            assert found.violations_count == 0, found.generate_report()
        seen += ids
        page.keyboard.press("1")  # labels nothing behind the window
        page.keyboard.press("Enter")
        expect(dialog).to_be_hidden()
    print(f"{len(seen)} claims, {(time.perf_counter() - begun):.0f} s by a script")
    assert set(seen) == set(labels)
    expect(page.get_by_text("No More Tasks Left in Queue")).to_be_visible()
    page.get_by_role("button", name="Feedback on the last section").click()
    expect(dialog).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()


def test_other_people_and_other_projects_get_no_window(
    settings: Settings, owner: Client, reviewers: tuple[Reviewer, Reviewer], log_in: LogIn
) -> None:
    project, training = sent(settings, owner, reviewers[0])
    page = log_in(reviewers[1].credentials, script=True)
    begin(page, project)
    labels = {claim.claim_id: claim.label for claim in training.claims}
    with page.expect_response(lambda answer: "/claimdesk/training" in answer.url) as asked:
        label_section(page, labels, set(labels))
    assert asked.value.status == 204
    page.wait_for_timeout(500)
    expect(page.locator(DIALOG)).to_have_count(0)
