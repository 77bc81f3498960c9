"""What tests see and do in the report page of `islands`."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from tests.report.islands import IDS


def open_anew(page: Page, address: str) -> None:
    """Open an address as a person does who got it by mail: nothing of the page is open before."""
    page.goto("about:blank")
    page.goto(address)


def place(page: Page, claim: str) -> Locator:
    """Return the claim in the text, or in the list of those that do not stand there."""
    number = IDS.index(claim) % 24 + 1
    article = IDS.index(claim) // 24 + 1
    card = page.locator(f"section[aria-labelledby=_article-{article}] [popover]").filter(
        has=page.get_by_text(re.compile(rf"^Claim {number}(\D|$)"))
    )
    return page.locator(f"mark[id]:has([popovertarget={card.get_attribute('id')}])")


def press(page: Page, words: Locator) -> None:
    """Click the first line of words, which may run over several, with the mouse."""
    left, height = words.evaluate(
        """words => {
            scrollTo(0, words.getBoundingClientRect().top + scrollY - innerHeight / 3);
            const line = words.getClientRects()[0];
            return [line.left + 4, (line.top + line.bottom) / 2];
        }"""
    )
    page.mouse.click(left, height)


def see_card(page: Page, claim: str) -> None:
    """See that the card of this claim is open, alone, in the window, and told from other claims."""
    mark = place(page, claim)
    card = page.locator(":popover-open")
    expect(card).to_have_count(1)
    assert card.get_attribute("id") == mark.locator("button").get_attribute("popovertarget")
    expect(card).to_be_in_viewport()
    expect(mark).not_to_have_class(re.compile(r"\boff\b"))
    page.wait_for_timeout(350)  # as long as a card on hover takes to come and to go
    assert page.locator(":popover-open").get_attribute("id") == card.get_attribute("id")


def anchors(page: Page) -> dict[str, str]:
    """Return the anchor of each claim by its id, in the order of the list of disputes."""
    items = page.locator(".disputes > li")
    found = items.evaluate_all(
        "all => all.map(li => [li.querySelector('.id').textContent, li.querySelector('.said a').hash])"
    )
    return dict(found)
