"""Decided claims of another article, as an annotator sees them: nothing tells them from the rest."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from playwright.sync_api import Page

from annotate.studio import Client, DecidedClaim, GoldArticle, Terms, gold_tasks, open_project
from annotate.studio.format import Layout, is_gold
from tests.browser.conftest import LogIn
from tests.conftest import Reviewer
from tests.plans import apply, plan
from tests.specimen import BRIDGE, specimen

pytestmark = [pytest.mark.studio, pytest.mark.browser]

INN = """# The inn

{The inn has six rooms.|checkable_fact} {Its soup is too thin.|opinion}
{A guest, Ida Holm, said that it is cold.|attributed_report|Ida Holm|said}

# The cellar

{The cellar was flooded in 1984.|checkable_fact} {Nobody should sleep there.|opinion}
"""


def mixed(owner: Client, title: str, layout: Layout) -> tuple[str, list[int], list[int]]:
    """Push an article with gold among its tasks; return the address, and the tasks of the article and of gold."""
    article, claims, skips = specimen(INN, article_id="inn")
    article = replace(article, address="https://tarn-post.example/inn")
    older, others, gaps = specimen(BRIDGE)
    chosen = [others[1].claim_id, others[6].claim_id]
    decided = {name: DecidedClaim(name, "opinion") for name in chosen}
    gold = GoldArticle("k", older.article_id, older.title, older.text, tuple(others), tuple(gaps), decided)
    project = open_project(owner, title, layout)
    planned = plan(owner, project, article, claims, skips, layout=layout, terms=Terms(codebook="1"))
    made = gold_tasks(article, gold, chosen, layout=layout, terms=planned.terms)
    apply(owner, project, replace(planned, gold=tuple(made)))
    tasks = list(owner.tasks(project.number))
    own, of_gold = ([int(task["id"]) for task in tasks if is_gold(task) is there] for there in (False, True))
    assert len(of_gold) == 2
    assert own[0] < of_gold[0] < own[-1], "gold stands in between"
    return project.url, own, of_gold


def telling(shown: list[str]) -> set[str]:
    """Return those words of a page that might give gold away."""
    return set(re.findall("gold|decided|bridge", " ".join(shown).lower()))


def looks_of(page: Page, address: str, count: int) -> dict[int, tuple[list[str], list[str]]]:
    """Label all tasks, and return of each what its page shows, and its data as far as it can be told by that.

    The words of claims and numbers are left out.
    """
    page.goto(address)
    page.get_by_role("button", name="Label All Tasks").first.click()
    looks: dict[int, tuple[list[str], list[str]]] = {}
    for _ in range(count):
        page.wait_for_selector(".claimdesk .keys")
        page.wait_for_timeout(1500)  # until the desk's layer has drawn everything
        task, data = page.evaluate("() => [Htx.task.id, Htx.task.dataObj]")
        shown = page.evaluate(
            f"""() => [...document.querySelectorAll("{PARTS}")].map((part) => part.innerText)"""
        )
        words = [re.sub(r"\d+", "#", part).replace("sections", "section") for part in shown]
        looks[int(task)] = words, [*data, *(str(data[name]) for name in SHARED)]
        page.keyboard.press("Control+Space")
        if len(looks) < count:
            page.wait_for_function(f"() => window.Htx?.task?.id && Htx.task.id !== {task}")
    return looks


PARTS = ".desk-bar, .desk-fields, .desk-label, .desk-place, .lsf-bottombar"
SHARED = ("article_id", "revision", "title", "address", "author", "date", "layout", "codebook", "schema")


@pytest.mark.parametrize("layout", ["article", "claim"])
def test_a_page_with_gold_looks_like_the_others(
    owner: Client,
    reviewers: tuple[Reviewer, Reviewer],
    log_in: LogIn,
    new_title: Callable[[], str],
    layout: Layout,
) -> None:
    address, own, gold = mixed(owner, new_title(), layout)
    looks = looks_of(log_in(reviewers[0].credentials, script=True), address, len(own) + len(gold))
    assert looks.keys() == {*own, *gold}
    known = [looks[task] for task in own]
    for task in gold:
        shown, data = looks[task]
        assert telling(shown) == telling(known[0][0])  # "Ruling: what decided" stands on each page
        assert not telling(shown) & {"gold", "bridge"}
        assert data == known[0][1]
        if layout == "article":
            assert shown in [words for words, _ in known]
        else:
            assert len(shown) == len(known[0][0])


def test_the_source_of_a_task_shows_no_seal(
    owner: Client, reviewers: tuple[Reviewer, Reviewer], log_in: LogIn, new_title: Callable[[], str]
) -> None:
    address, _, gold = mixed(owner, new_title(), "article")
    page = log_in(reviewers[0].credentials, script=True)
    page.goto(address)
    row = page.locator("[data-testid=table-row]", has=page.locator(f"[aria-label='Select Task {gold[0]}']"))
    row.get_by_role("button").last.click()
    source = page.get_by_text("Source for task")
    source.wait_for()
    seen = set[str]()
    for _ in range(40):
        seen.update(page.locator("body").inner_text().splitlines())
        page.mouse.move(683, 450)
        page.mouse.wheel(0, 350)
        page.wait_for_timeout(80)
    shown = "\n".join(seen)
    assert '"digest"' in shown
    assert '"model_version"' in shown  # the end was reached
    assert "seal" not in shown
    assert '"meta"' not in shown
