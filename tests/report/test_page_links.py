"""The report page in a real browser: every link, click and address arrives at the right claim, filters on or off."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.report.island_window import anchors, open_anew, place, press, see_card
from tests.report.islands import DISPUTED, IDS

pytestmark = pytest.mark.browser


def test_each_dispute_of_the_list_opens_its_card_and_back_returns(islands_page: Page, islands: str) -> None:
    page = islands_page
    listed = anchors(page)
    assert sorted(listed) == sorted(DISPUTED)
    assert page.locator(".disputes > li:visible").count() == 8
    page.mouse.move(600, 400)  # over the text, once it is there
    for number, (claim, anchor) in enumerate(listed.items()):
        if number == 8:
            page.locator("summary", has_text="4 more").click()
        link = page.locator(".disputes .said a").nth(number)
        press(page, link)
        see_card(page, claim)
        assert page.url == islands + anchor
        assert page.locator(".here").get_attribute("id") == anchor[1:]
        page.go_back()
        expect(page.locator(":popover-open")).to_have_count(0)
        expect(page.locator(".here")).to_have_count(0)
        expect(link).to_be_focused()
        expect(link).to_be_in_viewport()
        page.go_forward()
        see_card(page, claim)
        page.go_back()
        expect(link).to_be_in_viewport()


def test_each_dispute_of_the_list_opens_its_card_by_keyboard(islands_page: Page) -> None:
    page = islands_page
    for number, claim in enumerate(anchors(page)):
        page.evaluate(
            "document.querySelectorAll('details:has(.claims)').forEach(each => { each.open = true; })"
        )
        page.locator(".disputes .said a").nth(number).focus()
        page.keyboard.press("Enter")
        see_card(page, claim)
        expect(place(page, claim).locator("button")).to_be_focused()
        page.keyboard.press("Escape")
        expect(page.locator(":popover-open")).to_have_count(0)


def test_each_dispute_of_the_text_opens_its_card(islands_page: Page) -> None:
    page = islands_page
    for claim in DISPUTED:
        mark = place(page, claim)
        press(page, mark)
        see_card(page, claim)
        page.mouse.move(5, 5)
        see_card(page, claim)  # one that was clicked stays
        page.keyboard.press("Escape")
        mark.locator("button").click()
        see_card(page, claim)
        page.keyboard.press("Escape")


def test_each_dispute_leads_to_its_card_in_the_list_and_back(islands_page: Page) -> None:
    page = islands_page
    listed = anchors(page)
    for claim in DISPUTED:
        place(page, claim).locator("button").click()
        page.locator(":popover-open a", has_text="dispute in full").click()
        here = page.locator(".disputes > li.here")
        expect(here.locator(".id")).to_have_text(claim)
        expect(here).to_be_in_viewport()
        expect(page.locator(":popover-open")).to_have_count(0)
        press(page, here.locator(".said a"))
        see_card(page, claim)
        assert page.url.endswith(listed[claim])


def test_an_address_opens_the_card_of_its_claim(islands_page: Page, islands: str) -> None:
    page = islands_page
    listed = anchors(page)
    cards = page.locator(".disputes > li").evaluate_all("all => all.map(li => li.id)")
    for (claim, anchor), card in zip(listed.items(), cards, strict=True):
        open_anew(page, islands + anchor)
        see_card(page, claim)
        open_anew(page, f"{islands}#{card}")
        expect(page.locator(f"#{card}")).to_be_in_viewport()  # also one that was folded
        expect(page.locator(f"#{card} .id")).to_have_text(claim)
        open_anew(page, f"{islands}#?status=unanimous&at={anchor[1:]}")
        see_card(page, claim)


@pytest.mark.parametrize("asked", ["status=tie", "label=checkable_fact", "status=unanimous"])
def test_with_a_filter_on_each_dispute_opens_its_card(islands_page: Page, islands: str, asked: str) -> None:
    page = islands_page
    open_anew(page, f"{islands}#?{asked}")
    told = page.inner_text("form output")
    fitting = set(page.locator(".disputes > li:not(.off) .id").all_inner_texts())
    for claim, anchor in anchors(page).items():
        mark = place(page, claim)
        press(page, mark)  # also where the filter leaves it out
        see_card(page, claim)
        page.keyboard.press("Escape")
        if claim in fitting:
            press(page, page.locator(".disputes > li", has_text=claim).locator(".said a"))
            see_card(page, claim)
            assert page.url == f"{islands}#?{asked}&at={anchor[1:]}"
            page.go_back()
            expect(page.locator(":popover-open")).to_have_count(0)
        assert page.inner_text("form output").startswith(told)
    page.click("[type=reset]")
    assert page.locator(".off").count() == 0
    assert page.url == islands


def test_other_links_of_the_page_keep_the_filter(islands_page: Page, islands: str) -> None:
    page = islands_page
    open_anew(page, f"{islands}#?label=opinion")
    page.locator("nav a", has_text="Sources").click()
    assert page.url == f"{islands}#?label=opinion&at=_sources"
    expect(page.locator("#_sources")).to_be_in_viewport()
    assert page.locator("[name=label]").input_value() == "opinion"
    page.locator(".mixes th a").first.click()  # to a claim that the filter may leave out
    expect(page.locator(":popover-open")).to_have_count(1)
    page.go_back()
    expect(page.locator(":popover-open")).to_have_count(0)
    page.go_back()
    assert page.url == f"{islands}#?label=opinion"
    page.reload()
    assert page.locator("[name=label]").input_value() == "opinion"


# --------------------------------------------------------------------------- cells and names


def test_each_cell_and_name_filters_the_claims_that_it_counts(islands_page: Page, islands: str) -> None:
    page = islands_page
    links = page.locator("a.find")
    words = [str(link.get_attribute("aria-label")) for link in links.all()]
    assert len(words) > 40
    page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true; })")
    for number, told in enumerate(words):
        shown, count = links.nth(number).inner_text(), told.rpartition(", ")[2]
        if re.match(r"\d+\b", shown):
            assert shown.split()[0] == count.split()[0], told  # a cell counts what its link finds
        open_anew(page, islands)
        page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true; })")
        links.nth(number).focus()
        page.keyboard.press("Enter")
        expect(page.locator("form output")).to_have_text(f"{count.split()[0]} of {len(IDS) + 1} claims")
        assert page.locator(":is(mark[id], .others > li):not(.off)").count() == int(count.split()[0])
        expect(page.locator(":popover-open")).to_have_count(1)  # that of the first one
        assert page.url.startswith(f"{islands}#?")
    page.go_back()
    expect(page.locator("form output")).to_have_text(f"All {len(IDS) + 1} claims")
    assert page.url == islands
    expect(links.nth(len(words) - 1)).to_be_focused()


@pytest.mark.parametrize(
    ("words", "asked"),
    [
        ("Ada Lund: Opinion, Bo Marsh: Attributed report", {"annotator": "opinion: Ada Lund", "other": "attributed_report: Bo Marsh"}),
        ("Ada Lund and user 3 differ", {"annotator": "differ Ada Lund | user 3"}),
        ("Anybody: Opinion", {"annotator": "opinion:"}),
        ("the harbour board, Attributed report", {"label": "attributed_report", "source": "the harbour board"}),
        ("the harbour board, Opinion", None),
        ("Disputed", {"status": "disputed"}),
        ("Not judged yet", {"label": "unjudged"}),
    ],
)  # fmt: skip
def test_what_a_cell_asks_for_stands_in_the_filters(
    islands_page: Page, words: str, asked: dict[str, str] | None
) -> None:
    page = islands_page
    link = page.locator(f"a.find[aria-label*='{words}']")
    if asked is None:
        assert link.count() == 0  # nobody gave it, so there is nothing to find
        return
    page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true; })")
    link.first.click()
    expect(page.locator("form.active")).to_have_count(1)
    values = {
        name: page.locator(f"form [name={name}]").input_value()
        for name in ("label", "status", "source", "annotator", "other")
    }
    assert {name: value for name, value in values.items() if value} == asked
    assert page.locator("form [name=other]").is_visible() == ("annotator" in asked)
    page.reload()
    assert page.locator("form.active").count() == 1
    page.select_option("form [name=annotator]", "")
    page.click("[type=reset]")
    expect(page.locator("form [name=other]")).to_be_hidden()


def test_without_the_script_a_cell_is_plain_text(browser: Browser, islands: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(islands)
    cell = page.locator("td a.find").first
    cell.focus()
    page.keyboard.press("Enter")
    assert cell.evaluate("cell => getComputedStyle(cell).textDecorationLine") == "none"
    page.locator(".disputes .said a").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("mark:target")).to_be_in_viewport()
    assert page.get_by_role("button", name="Copy with source").count() == 0
    context.close()
