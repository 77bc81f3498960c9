"""The desk's page script in a real browser: one key a claim, what Label Studio lacks, and two keys without it."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Route, expect

from annotate.studio import Client, Project
from annotate.studio.format import Layout
from tests.browser.conftest import LogIn, enter
from tests.browser.test_desk import drag, is_dark, submitted
from tests.browser.test_in_view import PLACES
from tests.browser.test_labelling import CLAIMS, CUES, KEYS, SHORT, answers, begin, pushed
from tests.conftest import Reviewer

pytestmark = [pytest.mark.studio, pytest.mark.browser]

SIXTY = "\n\n".join(
    " ".join(f"{{In year {n} of count {k} the ferry crossed {n * 7} times.|opinion}}" for n in range(1, 16))
    for k in range(1, 5)
)
QUOTED = "{The ferryman, Olav Brekke, said the fog was thick.|attributed_report|Olav Brekke|said}"
THREE = f"{QUOTED} {{It rained all week, and the pier was shut.}} {{The kiosk will open in spring.}}"
TYPED = "1 2 3 j k f m / e x"
SAYS = ".claimdesk [role=status]"
NARROW = {"width": 911, "height": 512}  # a screen of 1366 × 768 at a zoom of 150 %

Open = Callable[..., Page]


@pytest.fixture
def open_desk(log_in: LogIn, reviewers: tuple[Reviewer, Reviewer]) -> Open:
    """Return a function that opens a project with the desk's script, at its first claim; `who` is 0 or 1."""

    def opened(project: Project, *, who: int = 0, mode: str = "light", before: str = "") -> Page:
        page = log_in(reviewers[who].credentials, mode=mode, script=True)
        page.add_init_script(before)
        begin(page, project)
        page.locator(".claimdesk .keys").wait_for()
        return page

    return opened


def press(page: Page, keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def lose_session(page: Page) -> None:
    """Clear the cookies until none comes back: an answer under way brings a new session cookie with it."""
    while page.context.cookies():
        page.context.clear_cookies()
        page.wait_for_timeout(500)


def chosen(page: Page, words: str) -> None:
    """Wait until the claim of just these words is the chosen one; it may be drawn in pieces."""
    page.wait_for_function(
        """words => words === [...document.querySelectorAll(".htx-highlight.__active")]
            .map(piece => piece.textContent).join("")""",
        arg=words,
    )


def labelled(client: Client, project: Project) -> list[tuple[str, str | None]]:
    return [(judgement.claim_id, judgement.label) for judgement in answers(client, project)]


# --------------------------------------------------------------------------- one key a claim


def test_sixty_claims_in_sixty_one_keys(owner: Client, new_title: Callable[[], str], open_desk: Open) -> None:
    project, claims = pushed(owner, new_title(), "article", SIXTY)
    page = open_desk(project)
    chosen(page, claims[0].text)
    begun = time.perf_counter()
    keys = ["123"[claim.index % 3] for claim in claims]
    press(page, "".join(keys))
    expect(page.locator(".claimdesk b")).to_have_text("60 of 60 judged")
    print(f"{len(keys) + 1} keys, {(time.perf_counter() - begun) / len(keys):.3f} s a claim")
    submitted(page)
    assert labelled(owner, project) == [
        (claim.claim_id, KEYS[key]) for claim, key in zip(claims, keys, strict=True)
    ]


def test_sixty_claims_in_sixty_keys(owner: Client, new_title: Callable[[], str], open_desk: Open) -> None:
    project, claims = pushed(owner, new_title(), "claim", SIXTY)
    page = open_desk(project)
    begun = time.perf_counter()
    for claim in claims:
        expect(page.locator(".desk-claim")).to_have_text(claim.text)
        press(page, "123"[claim.index % 3])
    expect(page.locator(".desk-claim")).to_have_count(0)
    print(f"{len(claims)} keys, {(time.perf_counter() - begun) / len(claims):.2f} s a claim")
    assert labelled(owner, project) == [(claim.claim_id, KEYS["123"[claim.index % 3]]) for claim in claims]


def test_without_auto_advance_a_digit_stays(
    owner: Client, new_title: Callable[[], str], open_desk: Open
) -> None:
    project, claims = pushed(owner, new_title(), "article", THREE)
    off = """document.querySelector('script[src^="/claimdesk/desk.js"]').dataset.autoAdvance = 'false'"""
    page = open_desk(project, before=f"document.addEventListener('readystatechange', () => {off})")
    press(page, "13")
    chosen(page, claims[0].text)
    press(page, "j2")
    chosen(page, claims[1].text)
    press(page, "f")
    submitted(page)
    assert [label for _, label in labelled(owner, project)] == ["checkable_fact", "attributed_report", None]


@pytest.mark.parametrize("layout", ["article", "claim"])
def test_typing_in_a_box_presses_nothing(
    owner: Client, new_title: Callable[[], str], open_desk: Open, layout: Layout
) -> None:
    project, claims = pushed(owner, new_title(), layout, THREE)
    page = open_desk(project)
    press(page, "x")  # the source that was filled in
    for name in ("source", "evidence", "note"):
        box = page.locator(f".desk input[name={name}]")
        box.click()
        page.keyboard.type(TYPED)
        page.keyboard.press("Escape")
        expect(page.locator(".desk input:focus")).to_have_count(0)
        expect(page.locator(".desk [data-testid=htx-textbox-content]", has_text=TYPED).last).to_be_visible()
    if layout == "article":
        chosen(page, claims[0].text)
        expect(page.locator(".claimdesk b")).to_have_text("0 of 3 judged")
    expect(page.locator(SAYS)).to_be_empty()
    if layout == "article":
        press(page, "2f")
    submitted(page, "f" if layout == "article" else "2")
    first = next(j for j in answers(owner, project) if j.claim_id == claims[0].claim_id)
    assert first.label == "attributed_report"
    assert {first.source, first.evidence, first.note} == {TYPED}


# --------------------------------------------------------------------------- going about


def test_places_are_kept(owner: Client, new_title: Callable[[], str], open_desk: Open) -> None:
    marked = f"{THREE}\n\nNobody came to swim. {{The sound was calm.}}\n\n# After the fog\n\n{{The ferry is late.}}"
    project, (quoted, rained, kiosk, calm, late) = pushed(owner, new_title(), "article", marked)
    page = open_desk(project)
    for key, claim in (("j", rained), ("j", kiosk), ("j", calm), ("j", calm), ("k", kiosk)):
        press(page, key)
        chosen(page, claim.text)
    press(page, "m")
    expect(page.locator(SAYS)).to_have_text("Merged over the end of a paragraph. Ctrl+Z takes it back.")
    press(page, "/")
    chosen(page, f"{kiosk.text}Nobody")  # next to the middle
    for words in (f"{kiosk.text}Nobody came to swim. {calm.text}", kiosk.text):
        page.keyboard.press("Control+z")
        chosen(page, words)
    press(page, "k")
    chosen(page, rained.text)
    page.keyboard.press("Backspace")
    chosen(page, kiosk.text)
    expect(page.locator(CLAIMS)).to_have_count(3)
    page.keyboard.press("Control+z")
    chosen(page, rained.text)
    press(page, "1")
    chosen(page, kiosk.text)
    page.keyboard.press("Escape")
    press(page, "3")
    expect(page.locator(SAYS)).to_have_text(
        "No claim is chosen: drag over the words of a new one, or press j."
    )
    drag(page, "Nobody came to swim")
    expect(page.locator(CLAIMS)).to_have_count(5)
    for words in (kiosk.text, "Nobody came to swim", calm.text):
        press(page, "j")
        chosen(page, words)
    page.locator(CUES).click()
    press(page, "2")  # labels the claim that the cue is in
    expect(page.locator(".claimdesk b")).to_have_text("3 of 5 judged")
    chosen(page, kiosk.text)
    page.locator("[data-testid=bottombar-submit-button]").click()
    expect(page.locator(SAYS)).to_have_text("2 claims without a label: f again submits.")
    chosen(page, kiosk.text)
    press(page, "n")  # no claim: there is one less to judge
    expect(page.locator(".claimdesk b")).to_have_text("3 of 4 judged")
    press(page, "f")
    expect(page.locator(SAYS)).to_have_text("1 claim without a label: f again submits.")
    chosen(page, calm.text)
    page.locator("[data-testid=bottombar-submit-button]").click()
    chosen(page, late.text)
    found = {j.text: (j.status, j.label, j.added) for j in answers(owner, project) if j.text != late.text}
    assert found == {
        quoted.text: ("labelled", "attributed_report", False),
        rained.text: ("labelled", "opinion", False),
        kiosk.text: ("deleted", None, False),
        calm.text: ("unjudged", None, False),
        "Nobody came to swim": ("labelled", "checkable_fact", True),
    }


def test_back_to_the_last_claim(owner: Client, new_title: Callable[[], str], open_desk: Open) -> None:
    project, claims = pushed(owner, new_title(), "claim", THREE)
    page = open_desk(project)
    shown = page.locator(".desk-claim")
    press(page, "1")
    expect(shown).to_have_text(claims[1].text)
    press(page, "f")
    expect(page.locator(SAYS)).to_have_text("This claim is without a label: f again submits.")
    press(page, "k")
    expect(shown).to_have_text(claims[0].text)
    press(page, "2")
    expect(shown).to_have_text(claims[1].text)
    press(page, "k")
    expect(shown).to_have_text(claims[0].text)
    press(page, "2")  # the same: nothing to save
    expect(shown).to_have_text(claims[1].text)
    press(page, "3")
    expect(shown).to_have_text(claims[2].text)
    press(page, "3")
    expect(page.get_by_text("No More Tasks Left in Queue")).to_be_visible()
    press(page, "k")
    expect(shown).to_have_text(claims[2].text)
    assert [label for _, label in labelled(owner, project)] == [
        "attributed_report",
        "checkable_fact",
        "checkable_fact",
    ]


# --------------------------------------------------------------------------- claims and sources


def test_both_parts_of_a_split_claim_have_its_source(
    owner: Client, new_title: Callable[[], str], open_desk: Open
) -> None:
    marked = "{Olav Brekke said that the fog was thick, and that nobody saw the pier.|attributed_report|Olav Brekke|said}"
    project, (claim,) = pushed(owner, new_title(), "article", marked)
    page = open_desk(project)
    chosen(page, claim.text)
    press(page, "5/")  # a person; at the comma
    page.keyboard.press("ArrowRight")  # and on by a word
    page.keyboard.press("ArrowLeft")
    press(page, "22")
    submitted(page)
    found = sorted((j.start, j.text, j.label, j.source, j.source_kind) for j in answers(owner, project))
    parts = ("Olav Brekke said that the fog was thick,", "and that nobody saw the pier.")
    assert [each[1:] for each in found] == [
        (part, "attributed_report", "Olav Brekke", "person") for part in parts
    ]


def test_nothing_overlaps_on_a_narrow_page(
    owner: Client, new_title: Callable[[], str], open_desk: Open
) -> None:
    project, claims = pushed(owner, new_title(), "article", SIXTY)
    page = open_desk(project)
    page.set_viewport_size(NARROW)
    for claim in claims[1:]:
        press(page, "j")
        chosen(page, claim.text)
        for _ in range(
            5
        ):  # after a change of the bar's height the page scrolls with its next look, every 200 ms
            place = page.evaluate(PLACES)
            if place["first"] <= place["top"]:
                break
            page.wait_for_timeout(100)
        assert place["first"] <= place["top"] < place["bottom"] <= place["last"], claim.text
    press(page, "/")
    expect(page.locator(SAYS)).to_contain_text("Split:")
    fields = page.locator(".desk-side").bounding_box()
    assert fields
    for part in page.locator(".claimdesk > *:visible").all():
        box = part.bounding_box()
        assert box
        assert box["x"] + box["width"] <= fields["x"]
    bar = page.locator(".claimdesk progress").bounding_box()
    assert bar
    assert bar["height"] < 6
    place = page.evaluate(PLACES)
    assert place["first"] <= place["top"]  # also below the line of the message


def test_merge_split_and_undo(owner: Client, new_title: Callable[[], str], open_desk: Open) -> None:
    marked = f"{THREE} {{The harbour is deep.}} {{It was dredged twice.}} {{Gulls 🌉 came; seals went away.}}"
    project, (quoted, rained, kiosk, deep, dredged, gulls) = pushed(owner, new_title(), "article", marked)
    page = open_desk(project)
    count = page.locator(CLAIMS)
    press(page, "jm")
    chosen(page, f"{rained.text} {kiosk.text}")
    expect(page.locator(SAYS)).to_have_text("Merged. Ctrl+Z takes it back.")
    page.keyboard.press("Control+z")
    chosen(page, rained.text)
    expect(count).to_have_count(6)
    press(page, "/")  # at the comma
    expect(count).to_have_count(7)
    chosen(page, "It rained all week,")
    for key, first in (("ArrowRight", "It rained all week, and"), ("ArrowLeft", "It rained all week,")):
        page.keyboard.press(key)
        chosen(page, first)
    page.keyboard.press("Control+z")
    expect(count).to_have_count(6)
    chosen(page, rained.text)
    press(page, "/q")
    page.keyboard.press("ArrowRight")  # too late: a flag was set
    press(page, "12")
    chosen(page, kiosk.text)
    press(page, "3")
    chosen(page, deep.text)
    press(page, "m")
    chosen(page, f"{deep.text} {dredged.text}")
    press(page, "1")
    chosen(page, gulls.text)
    box = page.locator(".htx-highlight.__active").bounding_box()
    assert box
    page.mouse.click(box["x"] + box["width"] - 40, box["y"] + box["height"] / 2)  # in "away"
    press(page, "/13f")
    expect(page.locator(SAYS)).to_have_text("1 claim without a label: f again submits.")
    submitted(page)
    judgements = answers(owner, project)
    assert {j.text: j.flags for j in judgements if j.flags} == {"It rained all week,": ("split",)}
    found = [(j.text, j.status, j.label, j.added, j.boundary_changed) for j in judgements]
    assert sorted(found) == sorted(
        [
            (quoted.text, "unjudged", None, False, False),
            ("It rained all week,", "labelled", "opinion", False, True),
            ("and the pier was shut.", "labelled", "attributed_report", True, False),
            (f"{kiosk.text}", "labelled", "checkable_fact", False, False),
            (f"{deep.text} {dredged.text}", "labelled", "opinion", False, True),
            (dredged.text, "merged", None, False, False),
            ("Gulls 🌉 came; seals went", "labelled", "opinion", False, True),
            ("away.", "labelled", "checkable_fact", True, False),
        ]
    )


@pytest.mark.parametrize("layout", ["article", "claim"])
def test_a_source_is_edited_in_place(
    owner: Client, new_title: Callable[[], str], open_desk: Open, layout: Layout
) -> None:
    project, claims = pushed(owner, new_title(), layout, f"{QUOTED} {THREE.replace('Olav', 'Ole')}")
    page = open_desk(project)
    source = page.locator(".desk input[name=source]")
    press(page, "e")
    expect(source).to_be_focused()
    page.keyboard.press("End")
    page.keyboard.type(" 3")
    page.keyboard.press("Enter")
    page.locator(".desk [data-testid=htx-textbox-content]", has_text="Olav Brekke 3").click()
    expect(source).to_be_focused()
    expect(source).to_have_value("Olav Brekke 3")
    page.keyboard.press("Home")
    page.keyboard.type("Mr ")
    page.keyboard.press("Escape")
    press(page, "2")
    where = page.locator(".htx-highlight.__active" if layout == "article" else ".desk-claim").first
    expect(where).to_contain_text("Ole Brekke")
    press(page, "x1f" if layout == "article" else "x")
    submitted(page, "f" if layout == "article" else "1")
    found = [(j.claim_id, j.source) for j in answers(owner, project)][:2]
    assert found == [(claims[0].claim_id, "Mr Olav Brekke 3"), (claims[1].claim_id, "")]


# --------------------------------------------------------------------------- nothing is lost


@pytest.mark.parametrize("layout", ["article", "claim"])
def test_a_lost_session_loses_nothing(
    owner: Client,
    reviewers: tuple[Reviewer, Reviewer],
    new_title: Callable[[], str],
    open_desk: Open,
    layout: Layout,
) -> None:
    project, claims = pushed(owner, new_title(), layout, THREE)
    page = open_desk(project)
    if layout == "article":
        press(page, "12")
    lose_session(page)
    press(page, "3")
    if layout == "article":
        press(page, "f")
    expect(page.locator(SAYS)).to_contain_text("You are logged out; nothing is lost.")
    press(page, "f")
    expect(page.locator(SAYS)).to_contain_text("You are logged out; nothing is lost.")
    tab = page.context.new_page()
    enter(tab, reviewers[1].credentials)
    press(page, "f")
    expect(page.locator(SAYS)).to_contain_text(f"log in as {reviewers[0].credentials.email}, then press f.")
    lose_session(page)
    enter(tab, reviewers[0].credentials)
    tab.close()
    press(page, "f")
    if layout == "claim":
        expect(page.locator(".desk-claim")).to_have_text(claims[1].text)
    else:
        expect(page.get_by_text("No More Tasks Left in Queue")).to_be_visible()
    expected = ["opinion", "attributed_report", "checkable_fact"][0 if layout == "article" else 2 :]
    found = answers(owner, project)
    assert [j.label for j in found if j.label] == expected
    assert {j.annotator for j in found if j.label} == {"Ada Brandt"}
    assert page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('claimdesk'))") == []


def test_what_was_not_saved_is_back_after_a_reload(
    owner: Client, new_title: Callable[[], str], open_desk: Open
) -> None:
    project, claims = pushed(owner, new_title(), "article", THREE)
    page = open_desk(project)
    press(page, "12")
    expect(page.locator(".claimdesk b")).to_have_text("2 of 3 judged")
    page.reload()  # before Label Studio saves a draft, five seconds after a change
    begin(page, project)
    expect(page.locator(SAYS)).to_have_text("What you had labelled is back.")
    chosen(page, claims[2].text)
    press(page, "3")
    submitted(page)
    assert [label for _, label in labelled(owner, project)] == [
        "opinion",
        "attributed_report",
        "checkable_fact",
    ]


def test_two_people_in_one_section(owner: Client, new_title: Callable[[], str], open_desk: Open) -> None:
    project, _ = pushed(owner, new_title(), "article", THREE, people=2)
    ada, bo = open_desk(project), open_desk(project, who=1)
    for page, keys in ((ada, "12"), (bo, "3"), (ada, "1"), (bo, "33")):
        page.bring_to_front()
        press(page, keys)
    for page in (bo, ada):
        page.bring_to_front()
        expect(page.locator(".claimdesk b")).to_have_text("3 of 3 judged")
        submitted(page)
    found = [(j.annotator, j.label) for j in answers(owner, project)]
    assert found == [("Bo Silva", "checkable_fact")] * 3 + [
        ("Ada Brandt", label) for label in ("opinion", "attributed_report", "opinion")
    ]


def test_a_section_that_one_has_submitted_is_not_left(
    owner: Client, new_title: Callable[[], str], open_desk: Open
) -> None:
    later = "# What comes next\n\n{Nobody knows.}\n\n# And then\n\n{The kiosk stays shut.}"
    project, _ = pushed(owner, new_title(), "article", SHORT + later, people=2)
    page = open_desk(project)
    left = page.locator(".claimdesk summary")
    expect(left).to_have_text("2 more sections")
    press(page, "f")
    submitted(page)
    expect(left).to_have_text("1 more section")


# --------------------------------------------------------------------------- what is drawn


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize("layout", ["article", "claim"])
def test_what_the_script_draws(
    owner: Client, new_title: Callable[[], str], open_desk: Open, layout: Layout, mode: str
) -> None:
    project, _ = pushed(owner, new_title(), layout, SHORT + "# What comes next\n\n{Nobody knows.}")
    page = open_desk(project, mode=mode)
    assert is_dark(page) == (mode == "dark")
    expect(page.locator(".desk-keys")).to_be_hidden()
    keys = page.locator(".claimdesk .keys")
    assert keys.evaluate("line => line.scrollWidth <= line.clientWidth"), "the keys are cut off"
    before = page.locator(".desk-text .lsf-richtext__line").first.bounding_box()
    if layout == "article":
        expect(page.locator(".claimdesk summary")).to_have_text("1 more section")
        page.locator(".claimdesk summary").click()
        expect(page.locator(".claimdesk pre")).to_have_text("What comes next: 1 claim")
    assert not faults(page)
    press(page, "f")
    expect(page.locator(SAYS)).to_contain_text("without a label: f again submits.")
    assert not faults(page)
    assert page.locator(".desk-text .lsf-richtext__line").first.bounding_box() == before


def faults(page: Page) -> list[str]:
    """Return what axe-core finds wrong in what the script draws."""
    found = Axe().run(page, context=".claimdesk").response["violations"]
    return [f"{fault['id']}: {node['html'][:200]}" for fault in found for node in fault["nodes"]]


# --------------------------------------------------------------------------- without the script


def renamed(asked: Route) -> None:
    """Answer with Label Studio's own script, where what the desk's script needs has another name."""
    answer = asked.fetch()
    asked.fulfill(response=answer, body=answer.text().replace("selectArea", "pickArea"))


@pytest.mark.parametrize("layout", ["article", "claim"])
@pytest.mark.parametrize("script", ["absent", "of no use"])
def test_two_keys_work_without_the_script(
    owner: Client,
    reviewers: tuple[Reviewer, Reviewer],
    new_title: Callable[[], str],
    log_in: LogIn,
    layout: Layout,
    script: str,
) -> None:
    project, claims = pushed(owner, new_title(), layout, THREE)
    page = log_in(reviewers[0].credentials, script=script == "of no use")
    if script == "of no use":
        page.route("**/react-app/*.js*", renamed)
    begin(page, project)
    expect(page.locator(".desk-keys")).to_contain_text("1 2 3 label")
    for claim in claims:
        if layout == "article":
            page.keyboard.press("Alt+.")
            chosen(page, claim.text)
        else:
            expect(page.locator(".desk-claim")).to_have_text(claim.text)
        press(page, "2")
        if layout == "claim":
            submitted(page, "Control+Enter")
    if layout == "article":
        submitted(page, "Control+Enter")
    expect(page.locator(".claimdesk")).to_have_count(0)
    assert {label for _, label in labelled(owner, project)} == {"attributed_report"}
