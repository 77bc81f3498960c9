"""What cards of the report page tell in a real browser: decisions, context, sides; what is copied from them."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.report.island_window import anchors, place, press, see_card
from tests.report.islands import DECIDED, DISPUTED, LONG, NOTED, REPORTED, TAKEN_AWAY

pytestmark = pytest.mark.browser


def test_decided_claims_look_decided(islands_page: Page) -> None:
    page = islands_page
    for claim in DECIDED:
        mark = place(page, claim)
        button = mark.locator("button")
        assert button.evaluate("b => getComputedStyle(b, '::before').content") == '"✓ "'
        button.click()
        told = page.locator(":popover-open .decision")
        expect(told).to_have_text("Decided by Dora Quill, 2031-05-04 10:00 UTC: “Loaded words.”")
        page.locator(":popover-open a", has_text="decision in full").click()
        card = page.locator("section[aria-labelledby=_decided] li.here")
        expect(card).to_contain_text("Opinion Decided by Dora Quill, 2031-05-04 10:00 UTC: “Loaded words.”")
        expect(card).to_contain_text("Why 2 said so.")
        press(page, card.locator(".said a"))
        see_card(page, claim)
    undecided = place(page, DISPUTED[0]).locator("button")
    assert undecided.evaluate("b => getComputedStyle(b, '::before').content") == "none"


def test_a_dispute_with_a_note_alone_does_not_look_decided(islands_page: Page) -> None:
    card = islands_page.locator(".disputes > li", has=islands_page.get_by_text(NOTED, exact=True))
    expect(card).to_contain_text("Noted by Dora Quill, 2031-05-04 10:00 UTC: “The board will be asked.”")
    assert card.locator(".decision").count() == 0
    button = place(islands_page, NOTED).locator("button")
    assert button.evaluate("b => getComputedStyle(b, '::before').content") == "none"


def test_a_dispute_card_has_its_paragraph_its_sides_the_suggestion_and_the_questions(
    islands_page: Page,
) -> None:
    page = islands_page
    card = page.locator(".disputes > li", has=page.get_by_text(DISPUTED[1], exact=True))
    words = card.inner_text()
    for part in (
        "The board met in the old net loft",
        "Nobody had asked for that.",
        "No majority 1:1:1",
        "Opinion\nAda Lund\n“Why 1 said so.”",
        "Attributed report\nBo Marsh\nSource: the harbour board\n“Why 2 said so.”",
        "Checkable fact\nuser 3\n“Why 3 said so.”",
        "Suggestion: Checkable fact (75%): specimen",
        "What the codebook asks here:",
        "A decision on it is not in Label Studio yet.",
    ):
        assert part in words
    assert card.locator("mark").inner_text().startswith("Dock 1 lost 6 berths")
    assert card.locator(".questions dt").count() >= 3
    sides = page.locator(".disputes > li", has=page.get_by_text(DISPUTED[0], exact=True)).locator(
        ".sides > li"
    )
    assert [words.split("\n")[0] for words in sides.all_inner_texts()] == ["Checkable fact", "Opinion"]
    assert sides.first.locator(".who").all_inner_texts() == ["Ada Lund", "Bo Marsh"]


COPIED = (
    "Dock 1 lost 6 berths in the storm of that year, and its crews were moved to the outer harbour for the winter.\n"
    "Label: No majority 1:1:1\n"
    "Article: The piers, https://orrin-gazette.example/bridge"
)
CLIPBOARD = "navigator.clipboard.readText()"


def test_a_claim_is_copied_with_what_there_is_to_cite(islands_page: Page) -> None:
    page = islands_page
    place(page, DISPUTED[1]).locator("button").click()
    copy = page.locator(":popover-open .copy")
    copy.click()
    expect(copy).to_have_text("Copied")
    expect(page.locator("#_status")).to_have_text("Copied")
    assert page.evaluate(CLIPBOARD) == COPIED
    expect(copy).to_have_text("Copy with source")
    page.keyboard.press("Escape")
    page.evaluate("navigator.clipboard.writeText('')")
    listed = page.locator(".disputes > li", has=page.get_by_text(DISPUTED[1], exact=True)).locator(".copy")
    listed.focus()
    page.keyboard.press("Enter")
    expect(listed).to_have_text("Copied")
    assert page.evaluate(CLIPBOARD) == COPIED


def test_a_decided_claim_is_copied_with_its_label(islands_page: Page) -> None:
    page = islands_page
    page.locator("section[aria-labelledby=_decided] .copy").first.click()
    expect(page.locator("#_status")).to_have_text("Copied")
    assert page.evaluate(CLIPBOARD).split("\n")[1:] == [
        *("Label: Opinion, decided by an editor", "Article: The piers, https://orrin-gazette.example/bridge"),
    ]


def test_a_claim_is_copied_with_the_source_that_annotators_agree_on(islands_page: Page) -> None:
    place(islands_page, REPORTED).locator("button").click()
    islands_page.locator(":popover-open .copy").click()
    expect(islands_page.locator("#_status")).to_have_text("Copied")
    assert islands_page.evaluate(CLIPBOARD) == (
        "It is a fine list.\nLabel: Attributed report, all agree\nSource: the harbour board\n"
        "Article: The sound, https://orrin-gazette.example/sound"
    )


@pytest.mark.parametrize("selects", [True, False], ids=["by selection", "by hand"])
def test_copying_where_the_browser_has_no_clipboard(browser: Browser, islands: str, selects: bool) -> None:
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.add_init_script("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    if not selects:
        page.add_init_script("document.execCommand = () => false")
    page.goto(islands)
    button = page.locator(".disputes .copy").nth(1)
    button.click()
    if selects:
        expect(button).to_have_text("Copied")
        assert page.locator("textarea").count() == 0
        expect(button).to_be_focused()
        other = context.new_page()
        other.goto(islands)
        assert other.evaluate(CLIPBOARD).endswith("https://orrin-gazette.example/bridge")
    else:
        expect(button).to_have_text("Copy this with Ctrl+C")
        button.click()
        assert page.locator("textarea").count() == 1
        assert page.locator("textarea").input_value().endswith("https://orrin-gazette.example/bridge")
    context.close()


# --------------------------------------------------------------------------- the day


def test_a_claim_longer_than_the_window_has_its_card_in_sight(islands_page: Page) -> None:
    page = islands_page
    mark = page.locator("mark[id]", has_text=LONG[:60])
    mark.evaluate("mark => scrollTo(0, mark.getBoundingClientRect().top + scrollY - 300)")
    box = mark.bounding_box()
    assert box
    assert box["height"] > 800
    page.mouse.click(box["x"] + 5, 305)
    expect(page.locator(":popover-open")).to_be_in_viewport(ratio=1)


def test_a_claim_that_was_taken_away_or_drawn_has_a_card(islands_page: Page) -> None:
    page = islands_page
    place(page, TAKEN_AWAY).locator("button").click()
    expect(page.locator(":popover-open")).to_contain_text("took the claim away: Ada Lund")
    page.locator("mark[id]", has_text="Gulls were seen").locator("button").click()
    expect(page.locator(":popover-open")).to_contain_text("Opinion: Ada Lund")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 1366, 390])
def test_the_page_is_accessible_with_filters_and_cards(
    browser: Browser, islands: str, width: int, scheme: str
) -> None:
    page = browser.new_page(bypass_csp=True, color_scheme=scheme, viewport={"width": width, "height": 844})  # type: ignore[arg-type]
    page.goto(f"{islands}#?annotator=judged+Ada+Lund&other=differs+Bo+Marsh")
    page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true; })")
    page.locator("form [name=next]").click()
    assert page.locator(":popover-open").count() == 1
    found = Axe().run(page).response["violations"]
    assert [f"{each['id']}: {node['html'][:160]}" for each in found for node in each["nodes"]] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.close()


def test_on_a_phone_a_link_arrives_above_its_card(browser: Browser, islands: str) -> None:
    page = browser.new_page(has_touch=True, viewport={"width": 390, "height": 844})
    page.goto(islands)
    for claim in list(anchors(page))[:8]:
        page.locator(".disputes > li", has_text=claim).locator(".said a").tap()
        see_card(page, claim)
        mark, card = (
            place(page, claim).evaluate("mark => mark.getClientRects()[0].top"),
            page.locator(":popover-open").bounding_box(),
        )
        assert card
        assert 0 <= mark < card["y"]
        page.go_back()
    page.close()
