"""The report page in a real browser: every link, click and address arrives at the right claim, filters on or off."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect

from annotate.model import Decision
from annotate.report import PendingDecisions, write_tables
from tests.report.islands import DECIDED, DISPUTED, IDS, LONG, TAKEN_AWAY, islands

pytestmark = pytest.mark.browser

WIDE = {"width": 1366, "height": 800}


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the address of the report, which lacks a decision on the second dispute."""
    folder = tmp_path_factory.mktemp("islands")
    decision = Decision(DISPUTED[1], "opinion", "", 7, 0, 0)
    PendingDecisions(folder).add(decision, editor="Mara Ek", known="")
    return write_tables(islands(), folder)[-1].as_uri()


@pytest.fixture(scope="module")
def window(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(bypass_csp=True, viewport=WIDE)  # type: ignore[arg-type]
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.set_default_timeout(15_000)
    yield page
    context.close()


@pytest.fixture
def page(window: Page, address: str) -> Iterator[Page]:
    """Return the page as it opens, and see that the script did not fail."""
    faults: list[str] = []

    def note(error: object) -> None:
        faults.append(str(error))

    window.on("pageerror", note)
    window.set_viewport_size(WIDE)  # type: ignore[arg-type]
    open_anew(window, address)
    yield window
    window.remove_listener("pageerror", note)
    assert faults == []


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


def test_each_dispute_of_the_list_opens_its_card_and_back_returns(page: Page, address: str) -> None:
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
        assert page.url == address + anchor
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


def test_each_dispute_of_the_list_opens_its_card_by_keyboard(page: Page) -> None:
    for number, claim in enumerate(anchors(page)):
        page.evaluate("document.querySelectorAll('details:has(.claims)').forEach(each => { each.open = true; })")
        page.locator(".disputes .said a").nth(number).focus()
        page.keyboard.press("Enter")
        see_card(page, claim)
        expect(place(page, claim).locator("button")).to_be_focused()
        page.keyboard.press("Escape")
        expect(page.locator(":popover-open")).to_have_count(0)


def test_each_dispute_of_the_text_opens_its_card(page: Page) -> None:
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


def test_each_dispute_leads_to_its_card_in_the_list_and_back(page: Page) -> None:
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


def test_an_address_opens_the_card_of_its_claim(page: Page, address: str) -> None:
    listed = anchors(page)
    cards = page.locator(".disputes > li").evaluate_all("all => all.map(li => li.id)")
    for (claim, anchor), card in zip(listed.items(), cards, strict=True):
        open_anew(page, address + anchor)
        see_card(page, claim)
        open_anew(page, f"{address}#{card}")
        expect(page.locator(f"#{card}")).to_be_in_viewport()  # also one that was folded
        expect(page.locator(f"#{card} .id")).to_have_text(claim)
        open_anew(page, f"{address}#?status=unanimous&at={anchor[1:]}")
        see_card(page, claim)


@pytest.mark.parametrize("asked", ["status=tie", "label=checkable_fact", "status=unanimous"])
def test_with_a_filter_on_each_dispute_opens_its_card(page: Page, address: str, asked: str) -> None:
    open_anew(page, f"{address}#?{asked}")
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
            assert page.url == f"{address}#?{asked}&at={anchor[1:]}"
            page.go_back()
            expect(page.locator(":popover-open")).to_have_count(0)
        assert page.inner_text("form output").startswith(told)
    page.click("[type=reset]")
    assert page.locator(".off").count() == 0
    assert page.url == address


def test_other_links_of_the_page_keep_the_filter(page: Page, address: str) -> None:
    open_anew(page, f"{address}#?label=opinion")
    page.locator("nav a", has_text="Sources").click()
    assert page.url == f"{address}#?label=opinion&at=_sources"
    expect(page.locator("#_sources")).to_be_in_viewport()
    assert page.locator("[name=label]").input_value() == "opinion"
    page.locator(".mixes th a").first.click()  # to a claim that the filter may leave out
    expect(page.locator(":popover-open")).to_have_count(1)
    page.go_back()
    expect(page.locator(":popover-open")).to_have_count(0)
    page.go_back()
    assert page.url == f"{address}#?label=opinion"
    page.reload()
    assert page.locator("[name=label]").input_value() == "opinion"


# --------------------------------------------------------------------------- cells and names


def test_each_cell_and_name_filters_the_claims_that_it_counts(page: Page, address: str) -> None:
    links = page.locator("a.find")
    words = [str(link.get_attribute("aria-label")) for link in links.all()]
    assert len(words) > 40
    page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true; })")
    for number, told in enumerate(words):
        shown, count = links.nth(number).inner_text(), told.rpartition(", ")[2]
        if re.match(r"\d+\b", shown):
            assert shown.split()[0] == count.split()[0], told  # a cell counts what its link finds
        open_anew(page, address)
        page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true; })")
        links.nth(number).focus()
        page.keyboard.press("Enter")
        expect(page.locator("form output")).to_have_text(f"{count.split()[0]} of {len(IDS) + 1} claims")
        assert page.locator(":is(mark[id], .others > li):not(.off)").count() == int(count.split()[0])
        expect(page.locator(":popover-open")).to_have_count(1)  # that of the first one
        assert page.url.startswith(f"{address}#?")
    page.go_back()
    expect(page.locator("form output")).to_have_text(f"All {len(IDS) + 1} claims")
    assert page.url == address
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
    page: Page, words: str, asked: dict[str, str] | None
) -> None:
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


def test_without_the_script_a_cell_is_plain_text(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address)
    cell = page.locator("td a.find").first
    cell.focus()
    page.keyboard.press("Enter")
    assert cell.evaluate("cell => getComputedStyle(cell).textDecorationLine") == "none"
    page.locator(".disputes .said a").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("mark:target")).to_be_in_viewport()
    assert page.get_by_role("button", name="Copy with source").count() == 0
    context.close()


# --------------------------------------------------------------------------- decided, context, copy


def test_decided_claims_look_decided(page: Page) -> None:
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


def test_a_dispute_card_has_its_paragraph_its_sides_the_suggestion_and_the_questions(page: Page) -> None:
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
    sides = page.locator(".disputes > li", has=page.get_by_text(DISPUTED[0], exact=True)).locator(".sides > li")
    assert [words.split("\n")[0] for words in sides.all_inner_texts()] == ["Checkable fact", "Opinion"]
    assert sides.first.locator(".who").all_inner_texts() == ["Ada Lund", "Bo Marsh"]


COPIED = (
    "Dock 1 lost 6 berths in the storm of that year, and its crews were moved to the outer harbour for the winter.\n"
    "Label: No majority 1:1:1\n"
    "Article: The piers, https://orrin-gazette.example/bridge"
)
CLIPBOARD = "navigator.clipboard.readText()"


def test_a_claim_is_copied_with_what_there_is_to_cite(page: Page) -> None:
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


def test_a_decided_claim_is_copied_with_its_label(page: Page) -> None:
    page.locator("section[aria-labelledby=_decided] .copy").first.click()
    expect(page.locator("#_status")).to_have_text("Copied")
    assert page.evaluate(CLIPBOARD).split("\n")[1:] == [
        *("Label: Opinion, decided by an editor", "Article: The piers, https://orrin-gazette.example/bridge"),
    ]


@pytest.mark.parametrize("selects", [True, False], ids=["by selection", "by hand"])
def test_copying_where_the_browser_has_no_clipboard(browser: Browser, address: str, selects: bool) -> None:
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.add_init_script("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    if not selects:
        page.add_init_script("document.execCommand = () => false")
    page.goto(address)
    button = page.locator(".disputes .copy").nth(1)
    button.click()
    if selects:
        expect(button).to_have_text("Copied")
        assert page.locator("textarea").count() == 0
        expect(button).to_be_focused()
        other = context.new_page()
        other.goto(address)
        assert other.evaluate(CLIPBOARD).endswith("https://orrin-gazette.example/bridge")
    else:
        expect(button).to_have_text("Copy this with Ctrl+C")
        button.click()
        assert page.locator("textarea").count() == 1
        assert page.locator("textarea").input_value().endswith("https://orrin-gazette.example/bridge")
    context.close()


# --------------------------------------------------------------------------- the day


def test_a_claim_longer_than_the_window_has_its_card_in_sight(page: Page) -> None:
    mark = page.locator("mark[id]", has_text=LONG[:60])
    mark.evaluate("mark => scrollTo(0, mark.getBoundingClientRect().top + scrollY - 300)")
    box = mark.bounding_box()
    assert box
    assert box["height"] > 800
    page.mouse.click(box["x"] + 5, 305)
    expect(page.locator(":popover-open")).to_be_in_viewport(ratio=1)


def test_a_claim_that_was_taken_away_or_drawn_has_a_card(page: Page) -> None:
    place(page, TAKEN_AWAY).locator("button").click()
    expect(page.locator(":popover-open")).to_contain_text("took the claim away: Ada Lund")
    page.locator("mark[id]", has_text="Gulls were seen").locator("button").click()
    expect(page.locator(":popover-open")).to_contain_text("Opinion: Ada Lund")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 1366, 390])
def test_the_page_is_accessible_with_filters_and_cards(
    browser: Browser, address: str, width: int, scheme: str
) -> None:
    page = browser.new_page(bypass_csp=True, color_scheme=scheme, viewport={"width": width, "height": 844})  # type: ignore[arg-type]
    page.goto(f"{address}#?annotator=judged+Ada+Lund&other=differs+Bo+Marsh")
    page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true; })")
    page.locator("form [name=next]").click()
    assert page.locator(":popover-open").count() == 1
    found = Axe().run(page).response["violations"]
    assert [f"{each['id']}: {node['html'][:160]}" for each in found for node in each["nodes"]] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.close()


def test_on_a_phone_a_link_arrives_above_its_card(browser: Browser, address: str, tmp_path: Path) -> None:
    page = browser.new_page(has_touch=True, viewport={"width": 390, "height": 844})
    page.goto(address)
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
