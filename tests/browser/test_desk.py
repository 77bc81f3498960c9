"""The annotator's desk in a real browser: two keys a claim, fields, the codebook, and what the pull makes of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from annotate.studio import Client, Hotkeys, Project, Terms, bind, read_config
from annotate.studio.api.hotkeys import DESK
from annotate.studio.format import Layout
from tests.browser.conftest import SCREEN, LogIn
from tests.browser.test_labelling import CLAIMS, CUES, KEYS, SHORT, answers, begin, pushed
from tests.conftest import Reviewer

pytestmark = [pytest.mark.studio, pytest.mark.browser]

TWENTY = "\n\n".join(
    " ".join(
        f"{{In year {n} of count {k} the ferry crossed {n * 7} times.|checkable_fact}}" for n in range(1, 6)
    )
    for k in range(1, 5)
)
QUOTED = "{The ferryman, Olav Brekke, said the fog was thick.|attributed_report|Olav Brekke|said}"


@pytest.fixture
def bo(reviewers: tuple[Reviewer, Reviewer]) -> Iterator[Reviewer]:
    """Return a reviewer with the desk's keys, who afterwards has Label Studio's own again."""
    reviewer = reviewers[1]
    reviewer.client.set_hotkeys({})
    assert bind(reviewer.client) == Hotkeys(bound={"next claim": "j", "submit": "f"}, kept={}, failed={})
    yield reviewer
    reviewer.client.set_hotkeys({})


@pytest.fixture
def press(log_in: LogIn, bo: Reviewer) -> Callable[..., Page]:
    """Return a function that opens a project for that reviewer, whose page counts its keys in `page.keys`."""

    def opened(project: Project, *, mode: str = "light") -> Page:
        page = log_in(bo.credentials, mode=mode)
        begin(page, project)
        expect(page.locator(".desk-text")).to_be_visible()
        return page

    return opened


def chosen(page: Page, words: str) -> None:
    """See that the claim of these words is the chosen one."""
    expect(page.locator(".htx-highlight.__active").first).to_contain_text(words)


def submitted(page: Page, key: str = "f") -> None:
    with page.expect_response(lambda sent: "/annotations" in sent.url and sent.request.method == "POST"):
        page.keyboard.press(key)


def drag(page: Page, words: str, *, inside: str = ".desk-text") -> None:
    """Select words with the mouse, as a person does, from their beginning to their end."""
    box = page.evaluate(
        """([words, inside]) => {
            const walk = document.createTreeWalker(document.querySelector(inside), NodeFilter.SHOW_TEXT);
            for (let node; (node = walk.nextNode()); ) {
                const at = node.data.indexOf(words);
                if (at < 0) continue;
                const range = document.createRange();
                range.setStart(node, at);
                range.setEnd(node, at + words.length);
                const box = range.getBoundingClientRect();
                return [box.left + 1, box.right - 1, (box.top + box.bottom) / 2];
            }
        }""",
        [words, inside],
    )
    left, right, height = box
    page.mouse.move(left, height)
    page.mouse.down()
    page.mouse.move((left + right) / 2, height, steps=3)
    page.mouse.move(right, height, steps=3)
    page.mouse.up()


def pull_handle(page: Page, side: str, *, to: float) -> None:
    """Drag a handle of the chosen claim to a share of its width."""
    handle = page.locator(f".htx-highlight.__active area.__resize_{side}").bounding_box()
    claim = page.locator(".htx-highlight.__active").bounding_box()
    assert handle
    assert claim
    middle = handle["y"] + handle["height"] / 2
    page.mouse.move(handle["x"] + 1, middle)
    page.mouse.down()
    for share in ((to + (side == "right")) / 2, to):
        page.mouse.move(claim["x"] + claim["width"] * share, middle, steps=4)
    page.mouse.up()


# --------------------------------------------------------------------------- keys


def test_hotkeys_are_read_back_and_a_users_own_stays(reviewers: tuple[Reviewer, Reviewer]) -> None:
    client = reviewers[0].client
    cycle, submit = (DESK[does][0] for does in ("next claim", "submit"))
    own = {cycle: {"key": "x", "active": True}, "audio:audio:back": {"key": "f", "active": True}}
    client.set_hotkeys(own)
    found = bind(client)
    assert (found.bound, found.kept) == ({}, {"next claim": "x"})
    assert found.failed == {"submit": "“f” is bound to audio:audio:back by the user"}
    assert client.hotkeys() == own
    client.set_hotkeys({cycle: {"key": "alt+.", "active": False}})
    found = bind(client)
    assert (found.bound, found.kept) == ({"submit": "f"}, {"next claim": "none"})
    assert client.hotkeys()[submit] == {"key": "f,ctrl+enter", "active": True}
    assert bind(client) == found
    client.set_hotkeys({})


@pytest.mark.parametrize("layout", ["article", "claim"])
def test_twenty_claims_in_two_keys_each(
    owner: Client,
    new_title: Callable[[], str],
    press: Callable[..., Page],
    layout: Layout,
) -> None:
    project, claims = pushed(owner, new_title(), layout, TWENTY)
    page = press(project)
    keys, begun = 0, time.perf_counter()
    for claim in claims:
        digit = "123"[claim.index % 3]
        if layout == "article":
            page.keyboard.press("j")
            chosen(page, claim.text)
            page.keyboard.press(digit)
            keys += 2
        else:
            expect(page.locator(".desk-claim")).to_have_text(claim.text)
            page.keyboard.press(digit)
            submitted(page)
            keys += 2
    if layout == "article":
        submitted(page)
        keys += 1
    seconds = time.perf_counter() - begun
    print(
        f"{layout}: {keys} keys, {seconds:.1f} s for {len(claims)} claims, {seconds / len(claims):.2f} s each"
    )
    assert keys <= 2 * len(claims) + (layout == "article")
    found = answers(owner, project)
    assert [(j.claim_id, j.label) for j in found] == [
        (claim.claim_id, KEYS["123"[claim.index % 3]]) for claim in claims
    ]


@pytest.mark.parametrize("layout", ["article", "claim"])
def test_typing_in_the_note_box_labels_nothing(
    owner: Client, new_title: Callable[[], str], press: Callable[..., Page], layout: Layout
) -> None:
    project, (first, second, *_) = pushed(owner, new_title(), layout, SHORT)
    page = press(project)
    if layout == "article":
        page.keyboard.press("j")
    page.locator("[name=note]").focus()
    page.keyboard.type("1 2 3 j s c f q 0")
    if layout == "article":
        chosen(page, first.text)
        expect(page.locator(".desk-bar .lsf-label_selected")).to_have_text(["Claim0"])
    expect(page.locator(".desk input:checked")).to_have_count(0)
    page.keyboard.press("Enter")
    if layout == "article":
        page.keyboard.press("j")
        chosen(page, second.text)
    page.keyboard.press("3")
    page.keyboard.press("0")  # takes it back
    submitted(page)
    found = {j.claim_id: j for j in answers(owner, project)}
    assert found[first.claim_id].note == "1 2 3 j s c f q 0"
    assert {j.status for j in found.values()} == {"unjudged"}


# --------------------------------------------------------------------------- claims and marks


def test_moved_added_deleted_and_redrawn(
    owner: Client, new_title: Callable[[], str], press: Callable[..., Page]
) -> None:
    marked = (
        f"{QUOTED} {{It rained all week.|checkable_fact}} {{The pier was shut.}}\n\n"
        "{The kiosk will open in spring.|opinion}\n\nNobody came to swim."
    )
    project, (quoted, rained, shut, kiosk) = pushed(owner, new_title(), "article", marked)
    page = press(project)
    expect(page.locator(CLAIMS)).to_have_count(4)
    page.wait_for_timeout(
        1000
    )  # regions are drawn twice while the page loads, the second time without handles
    page.keyboard.press("j")
    page.keyboard.press("2")
    page.keyboard.press("j")
    chosen(page, rained.text)
    pull_handle(page, "right", to=0.4)
    chosen(page, "It")
    page.keyboard.press("3")
    page.keyboard.press("j")
    chosen(page, shut.text)
    page.keyboard.press("j")
    chosen(page, kiosk.text)
    pull_handle(page, "left", to=0.5)
    expect(page.locator(".htx-highlight.__active")).not_to_contain_text("The kiosk")
    page.keyboard.press("1")
    page.locator(CLAIMS, has_text=shut.text).click()
    page.keyboard.press("Backspace")
    page.keyboard.press("Escape")
    page.keyboard.press("1")
    drag(page, "Nobody came to swim")
    page.locator(CUES).click()
    page.keyboard.press("Backspace")
    expect(page.locator(CUES)).to_have_count(0)
    for key, words in (("s", "The ferryman"), ("c", "the fog was")):
        page.keyboard.press("Escape")
        page.keyboard.press(key)
        drag(page, words)
    expect(page.locator(CUES)).to_have_text("the fog was")
    submitted(page)
    found = {j.text: j for j in answers(owner, project)}
    assert {j.text: (j.status, j.added, j.boundary_changed) for j in found.values()} == {
        quoted.text: ("labelled", False, False),
        shut.text: ("deleted", False, False),
        "Nobody came to swim": ("labelled", True, False),
        next(words for words in found if words.startswith("It")): ("labelled", False, True),
        next(words for words in found if words.endswith("in spring.")): ("labelled", False, True),
    }
    assert kiosk.text not in found
    assert found[shut.text].flags == ("not_a_claim",)
    assert found[quoted.text].source == "The ferryman; Olav Brekke"
    assert found[quoted.text].cue == "the fog was"
    assert found["Nobody came to swim"].label == "opinion"


def test_fields_come_and_go_with_the_claim(
    owner: Client, new_title: Callable[[], str], press: Callable[..., Page]
) -> None:
    project, _ = pushed(owner, new_title(), "article", QUOTED + " {It rained all week.}")
    page = press(project)
    note = page.locator("[name=note]")
    expect(note).to_be_hidden()
    page.keyboard.press("j")
    expect(note).to_be_visible()
    expect(page.locator(".desk-side")).to_contain_text("Olav Brekke")
    for key in "25nt":
        page.keyboard.press(key)
    page.keyboard.press("j")
    expect(page.locator(".desk-side")).not_to_contain_text("Olav Brekke")
    page.keyboard.press("n")
    page.keyboard.press("j")  # the mark of the source: no claim, so no fields
    expect(note).to_be_hidden()
    submitted(page)
    quoted, rained = answers(owner, project)
    assert (quoted.label, quoted.source, quoted.source_kind) == ("attributed_report", "Olav Brekke", "person")
    assert quoted.flags == ("not_a_claim", "unsure")
    assert (rained.status, rained.flags) == ("deleted", ("not_a_claim",))


def test_two_who_label_at_once_see_nothing_of_each_other(
    owner: Client, reviewers: tuple[Reviewer, Reviewer], new_title: Callable[[], str], log_in: LogIn
) -> None:
    project, _ = pushed(owner, new_title(), "article", QUOTED + " {It rained all week.}", people=2)
    first, second = (log_in(reviewer.credentials) for reviewer in reviewers)
    begin(first, project)
    expect(first.locator(".htx-highlight").first).to_be_visible()
    for key in ("Alt+.", "1", "Alt+.", "1"):
        first.keyboard.press(key)
    first.locator("[name=note]").fill("Ada was here")
    first.keyboard.press("Enter")
    first.wait_for_timeout(1500)  # until the draft is saved
    begin(second, project)
    expect(second.locator(".htx-highlight").first).to_be_visible()
    untouched(second)
    submitted(first, "Control+Enter")
    second.reload()
    begin(second, project)
    expect(second.locator(".htx-highlight").first).to_be_visible()
    untouched(second)
    second.keyboard.press("3")
    submitted(second, "Control+Enter")
    found = [(j.annotator, j.label) for j in answers(owner, project)]
    assert found == [("Ada Brandt", "opinion")] * 2 + [("Bo Silva", "checkable_fact"), ("Bo Silva", None)]


def untouched(page: Page) -> None:
    """See that nobody's label and nobody's words are in the page."""
    page.keyboard.press("Alt+.")
    expect(page.locator("[name=note]")).to_be_visible()
    expect(page.locator(".desk-bar .lsf-label_selected")).to_have_text(["Claim0"])
    expect(page.locator('.htx-highlight[data-label*="Opinion"]')).to_have_count(0)
    expect(page.locator("body")).not_to_contain_text("Ada was here")


# --------------------------------------------------------------------------- what is drawn


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize("layout", ["article", "claim"])
def test_what_the_configs_draw(
    owner: Client,
    new_title: Callable[[], str],
    press: Callable[..., Page],
    layout: Layout,
    mode: str,
) -> None:
    marked = f"# Fog on the sound\n\n{QUOTED} {{It rained all week.|checkable_fact}} {{A disgrace.|opinion}}"
    project, _ = pushed(owner, new_title(), layout, marked)
    page = press(project, mode=mode)
    if layout == "article":
        for key in "j2j3j1j1":
            page.keyboard.press(key)
    else:
        page.keyboard.press("2")
        expect(page.locator(".desk")).to_contain_text("claim 1 of 3")
        expect(page.locator(".desk")).to_contain_text("https://orrin-gazette.example/bridge")
        for shown in (".desk-label", "[name=note]", ".desk-quiet >> nth=1"):
            expect(page.locator(shown)).to_be_in_viewport()
    expect(page.locator(".lsf-errors, [class*=error]:has-text('Error')")).to_have_count(0)
    book = page.locator(".desk-book")
    expect(book.locator("table").first).to_contain_text("Does it assert nothing at all")
    expect(book).to_be_in_viewport()
    assert is_dark(page) == (mode == "dark")
    assert not serious_faults(page)


ORDINARY = (
    "{The harbour office, in a letter to the crews that was read out on the quay on Friday, said the new berths "
    "would cost 40 crowns a night from the first of May.|attributed_report|The harbour office|said}"
)
AROUND = "The crews had waited on the quay since the morning, and few of them had slept.\n\n" * 6


def test_a_claim_of_ordinary_length_is_in_view_with_all_its_fields(
    owner: Client, new_title: Callable[[], str], press: Callable[..., Page]
) -> None:
    marked = f"# What the berths will cost the crews this year\n\n{AROUND}{ORDINARY}\n\n{AROUND}"
    terms = Terms(suggestions="preload")  # a line more than with hints
    project, _ = pushed(owner, new_title(), "claim", marked, terms=terms)
    page = press(project)
    expect(page.locator(".desk-book table").first).to_be_visible()
    expect(page.locator(".desk-side")).to_contain_text("The harbour office")
    expect(page.locator(".desk-filled")).to_be_visible()
    button = page.locator("[data-testid=bottombar-submit-button]").bounding_box()
    assert button
    assert button["y"] + button["height"] <= SCREEN["height"]
    boxes = page.locator(".desk-text > *, .desk-label > *, .desk-fields *, .desk-book").evaluate_all(
        """drawn => drawn.map(part => [part.className, part.getBoundingClientRect()])
            .filter(([_, box]) => box.width && box.height)
            .map(([name, box]) => [name, box.left, box.top, box.right, box.bottom])"""
    )
    assert len(boxes) > 20
    out = [
        box for box in boxes if box[1] < 0 or box[2] < 0 or box[3] > SCREEN["width"] or box[4] > button["y"]
    ]
    assert not out
    assert not serious_faults(page)


def serious_faults(page: Page) -> list[tuple[str, str]]:
    """Return what axe-core finds wrong within what the config draws."""
    found = Axe().run(page, context=".desk").response["violations"]
    serious = [fault for fault in found if fault["impact"] in {"serious", "critical"}]
    return [(fault["id"], node["html"][:200]) for fault in serious for node in fault["nodes"]]


def is_dark(page: Page) -> bool:
    ground = page.evaluate("getComputedStyle(document.querySelector('.desk-text')).color")
    return int(ground.split("(")[1].split(",")[0]) > 128


def test_no_hotkey_of_a_config_is_taken_by_the_desk() -> None:
    for layout in ("article", "claim"):
        xml = read_config(layout).xml  # type: ignore[arg-type]
        for _, _, key in DESK.values():
            assert f'hotkey="{key}"' not in xml
