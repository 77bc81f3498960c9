"""Two annotators in a real browser get claims in the order of their priority, each through all of them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from annotate.order import SIGNS, Order
from annotate.studio import Client, Project, Terms, open_project
from annotate.studio.format import claim_tasks, claims_of
from annotate.text import fold
from tests.browser.conftest import LogIn
from tests.browser.test_labelling import submit
from tests.conftest import Reviewer
from tests.plans import apply, plan
from tests.specimen import specimen

pytestmark = [pytest.mark.studio, pytest.mark.browser]

MARKED = """# The quay at Bell

{The mayor was absent.|opinion} {So it goes.|opinion} {The quay cost 2 million crowns in 2019.|checkable_fact}
{It was a bad plan.|opinion} {The council paid 400,000 crowns.|checkable_fact} {Nobody was asked.}
"""
# A claim with all signs, and as many figures as one has at most.
SIGNED = """# The quay at Bell cost millions

{The quay at Bell cost 1 million crowns in 2008, 2 in 2009, 3 in 2010, 4 in 2011, 5 in 2012 and 6 in 2013, said Ines Falk.|attributed_report|Ines Falk|said} {It was a bad plan.|opinion}
"""
# The texts of a row's cells that are higher than their cells.
CUT_OFF = """row => [...row.querySelectorAll(".lsf-table__cell div div")]
  .filter(each => each.scrollHeight > each.clientHeight).map(each => each.textContent)"""
ORDER = Order("check-worthy", {"figure": 3.0, "lead": 2.0})


def begin_as_displayed(page: Page, project: Project) -> None:
    page.goto(f"/projects/{project.number}/data")
    page.get_by_role("button", name="Label All Tasks").first.wait_for()
    page.get_by_role("button", name="Toggle open").first.click()
    page.get_by_text("Label Tasks As Displayed").click()


def test_both_annotators_are_shown_claims_as_displayed(
    owner: Client, reviewers: tuple[Reviewer, Reviewer], new_title: Callable[[], str], log_in: LogIn
) -> None:
    article, claims, skips = specimen(MARKED)
    terms = Terms(codebook="1", order=ORDER, blind=0.5)
    project = open_project(owner, new_title(), "claim", annotators=2)
    apply(owner, project, plan(owner, project, article, claims, skips, layout="claim", terms=terms))
    wanted = [claims_of(task)[0].text for task in claim_tasks(article, claims, skips, terms=terms)]
    assert wanted != [claim.text for claim in claims]
    for reviewer, count in zip(reviewers, (3, len(wanted)), strict=True):
        page = log_in(reviewer.credentials)
        begin_as_displayed(page, project)
        for words in wanted[:count]:
            expect(page.locator(".desk-claim")).to_have_text(words)
            page.keyboard.press("1")
            submit(page)


def test_the_list_of_tasks_shows_whole_reasons_and_judged_claims_on_a_small_screen(
    owner: Client, reviewers: tuple[Reviewer, Reviewer], new_title: Callable[[], str], log_in: LogIn
) -> None:
    article, claims, skips = specimen(SIGNED)
    words = fold(claims[0].text)
    order = Order(
        "check-worthy",
        {sign.name: 1.0 for sign in SIGNS},
        votes={words: (1, 1, 0)},
        repeated=frozenset({words}),
    )
    project = open_project(owner, new_title(), "claim", annotators=2)
    terms = Terms(codebook="1", order=order)
    apply(owner, project, plan(owner, project, article, claims, skips, layout="claim", terms=terms))
    page = log_in(reviewers[0].credentials, script=True)
    page.goto(project.url)
    row = page.get_by_test_id("table-row").first
    expect(row).to_contain_text(
        "has 12 figures, has a named source, disputed, in the lead, has words of the headline, similar to an "
        "earlier claim"
    )
    assert row.evaluate("row => row.scrollWidth <= innerWidth")
    assert row.evaluate(CUT_OFF) == []
    for heading in ("priority", "order_reason"):
        assert page.get_by_text(heading, exact=True).evaluate("each => each.scrollWidth <= each.clientWidth")
