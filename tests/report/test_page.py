"""The page in a real browser: complete, offline, accessible, and deaf to what strangers wrote.

Most tests read one page, made once and opened in one window; what changes its state loads it anew.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pandas as pd
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from annotate.labels import LABELS
from annotate.report import write_tables
from annotate.report.frames import (
    CHANGES_COLUMNS,
    agreement_table,
    claims_table,
    names_of,
    read_answers,
    sources_table,
)
from annotate.report.page import PageData
from annotate.report.page import page as html_page
from annotate.report.page.html import agreement_sentence
from annotate.report.page.view_models import web_address
from tests.report.answers import Raw, annotation, decide, label, project, send, task_of
from tests.specimen import BRIDGE, specimen

CLAIMS = [claim.claim_id for claim in specimen()[1]]
CORRECTED = BRIDGE.replace("It should run every hour", "It should run all day")


def desk() -> Raw:
    """Return a project in which everything that the page shows happens once."""
    raw = project()
    for by in (1, 2, 3):
        label(raw, CLAIMS[0], by=by, as_="checkable_fact")
        label(raw, CLAIMS[1], by=by, as_="opinion" if by == 3 else "attributed_report", source="Tove Lund")
        label(raw, CLAIMS[2], by=by, as_=LABELS[by - 1], note=f"note of {by}", evidence="minutes of 1998")
    label(raw, CLAIMS[8], by=2, as_="satire")
    task = task_of(raw, CLAIMS[-1])
    start = task["data"]["text"].index("should run every hour")
    drawn = annotation(task, by=1)
    value = {"start": start, "end": start + 21, "text": "", "labels": ["opinion"]}
    drawn["result"].append(
        {"id": "x", "from_name": "label", "to_name": "text", "type": "labels", "value": value}
    )
    article, claims, skips = specimen(CORRECTED)
    return send(raw, article, claims, skips)


def divided() -> Raw:
    """Return a project in which two annotators differ on all eleven claims, and an editor decided one."""
    raw = project()
    raw["users"]["4"] = {"email": "user4@desk.example", "name": "Dora Quill"}
    for claim in CLAIMS:
        label(raw, claim, by=1, as_="opinion", note="Loaded words.")
        label(raw, claim, by=2, as_="checkable_fact", evidence="https://archive.example/minutes?year=1998")
    when, note = "2031-05-03T16:20:00.000000Z", "Who was asked is not on record."
    decide(raw, CLAIMS[3], by=4, as_="opinion", note=note, at=when)
    return raw


class Visit:
    """A page, what it said on the console, and what it asked the network for."""

    def __init__(self, page: Page, report: Path) -> None:
        self.page = page
        self.console: list[str] = []
        self.requests: list[str] = []
        page.on("console", lambda message: self.console.append(message.text))
        page.on("pageerror", lambda error: self.console.append(str(error)))
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("dialog", lambda dialog: (self.console.append(dialog.message), dialog.dismiss()))
        self.address = report.as_uri()
        page.goto(self.address)

    def axe(self) -> list[str]:
        found = Axe().run(self.page).response["violations"]
        return [f"{each['id']}: {node['html'][:160]}" for each in found for node in each["nodes"]]


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Return the pages that the tests share."""
    folder = tmp_path_factory.mktemp("reports")
    made = {"desk": desk(), "divided": divided(), "empty": project() | {"tasks": []}, "hostile": hostile()}
    return {name: write_tables(raw, folder / name)[-1] for name, raw in made.items()}


@pytest.fixture(scope="module")
def window(browser: Browser) -> Iterator[Page]:
    """Return a window that lets axe-core in; what the policy forbids is tested apart."""
    context = browser.new_context(bypass_csp=True)
    yield context.new_page()
    context.close()


@pytest.fixture
def page(window: Page) -> Iterator[Page]:
    """Return the shared window, as it was, but for what the last test listened to."""
    window.set_viewport_size({"width": 1366, "height": 800})
    window.emulate_media(color_scheme="light", media="screen")
    yield window
    window.goto("about:blank")


@pytest.fixture
def desk_page(page: Page, reports: dict[str, Path]) -> Page:
    page.goto(reports["desk"].as_uri())
    return page


def shown(page: Page) -> list[str]:
    """Return the claims of the text that the filters leave marked."""
    return page.locator(".text mark[id]:not(.off)").evaluate_all("all => all.map(mark => mark.id)")


pytestmark = pytest.mark.browser


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1366, 400])
def test_a_filled_page_is_accessible_and_fits(
    browser: Browser, reports: dict[str, Path], width: int, scheme: str
) -> None:
    page = browser.new_page(bypass_csp=True, color_scheme=scheme, viewport={"width": width, "height": 800})  # type: ignore[arg-type]
    visit = Visit(page, reports["desk"])
    page.locator(".text mark[id] button").first.focus()
    page.keyboard.press("Enter")
    assert page.locator(":popover-open").count() == 1
    assert visit.axe() == []
    assert visit.console == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert visit.requests == [visit.address]
    page.close()


def test_an_empty_page_is_accessible(browser: Browser, reports: dict[str, Path]) -> None:
    page = browser.new_page(bypass_csp=True)
    visit = Visit(page, reports["empty"])
    assert visit.axe() == []
    assert visit.console == []
    assert "No claim is disputed." in page.inner_text("main")
    assert page.locator("form").is_hidden()
    page.close()


def test_the_article_stands_there_whole(desk_page: Page) -> None:
    page = desk_page
    page.add_style_tag(content=".text button, .kind { display: none }")
    assert page.inner_text(".text").split() == specimen(CORRECTED)[0].text.split()
    assert page.locator(".text h3").all_inner_texts() == ["The bridge at Orrin", "What the ferry costs"]
    assert page.locator(".text p.byline").count() == 1


def test_colour_is_never_alone(desk_page: Page) -> None:
    marks = {
        look: desk_page.locator(f".text mark.{look}").first.evaluate(
            "m => [getComputedStyle(m).textDecorationStyle, m.querySelector('button').innerText]"
        )
        for look in ("attributed_report", "checkable_fact", "tie", "unjudged")
    }
    assert marks == {
        "attributed_report": ["dashed", "A 2:1"],
        "checkable_fact": ["solid", "C"],
        "tie": ["double", "? 1:1:1"],
        "unjudged": ["dotted", "–"],
    }


def test_disputes_come_first_hardest_on_top_and_lead_to_the_claim(desk_page: Page) -> None:
    page, address = desk_page, desk_page.url
    disputes = page.locator(".disputes > li")
    assert [disputes.nth(i).locator(".id").inner_text() for i in range(disputes.count())] == [
        *(CLAIMS[2], CLAIMS[1])
    ]
    first = disputes.first
    assert first.locator(".who").all_inner_texts() == ["Ada Lund", "Bo Marsh", "Cleo Ferris"]
    assert "note of 2" in first.inner_text()
    first.locator(".said a").focus()
    page.keyboard.press("Enter")
    assert page.url == f"{address}#{CLAIMS[2]}"
    assert page.locator(":target").inner_text() == "It was a cowardly decision.? 1:1:1"
    assert page.locator(":target").is_visible()
    assert page.locator('[href^="http://127.0.0.1:8080/projects/7/data?task=101&claim="]').count() > 0


def test_claims_of_earlier_versions_stay_in_a_list(desk_page: Page) -> None:
    page = desk_page
    section = page.locator("h3", has_text="From earlier versions")
    assert "It should run every hour." in section.locator("~ ul").last.inner_text()
    assert "It should run all day." in page.inner_text(".text")


def test_what_does_not_count_is_said(desk_page: Page) -> None:
    page = desk_page
    footer = page.inner_text("footer")
    assert "satire (1)" in footer
    assert "left unlabelled" in footer


def test_each_article_has_its_section_and_its_place_in_the_contents(page: Page, tmp_path: Path) -> None:
    raw = project()
    article, claims, skips = specimen(article_id="ferry")
    send(
        raw,
        replace(article, title="The ferry"),
        [replace(c, claim_id=f"f-{c.claim_id}") for c in claims],
        skips,
    )
    Visit(page, write_tables(raw, tmp_path)[-1])
    assert page.locator("nav a").all_inner_texts() == [
        *("Disputed claims (0)", "The bridge at Orrin", "The ferry"),
        *("Labels by section", "Sources", "Agreement", "Progress"),
    ]
    assert page.locator(".text").count() == 2
    assert page.locator(".mixes .group").all_inner_texts() == ["The bridge at Orrin", "The ferry"]


# --------------------------------------------------------------------------- cards


def card(page: Page) -> str:
    """Return the words of the open card; empty where none is open."""
    return " / ".join(" ".join(words.split()) for words in page.locator(":popover-open p").all_inner_texts())


def test_hovering_a_claim_tells_votes_sources_and_notes(desk_page: Page) -> None:
    page = desk_page
    page.locator(f"#{CLAIMS[2]}").hover()
    page.locator(":popover-open").wait_for()
    assert card(page) == (
        "No majority 1:1:1 / Opinion: Ada Lund / Attributed report: Bo Marsh / Checkable fact: Cleo Ferris / "
        "Ada Lund notes: “note of 1” / Ada Lund cites: minutes of 1998 / Bo Marsh notes: “note of 2” / "
        "Bo Marsh cites: minutes of 1998 / Cleo Ferris notes: “note of 3” / Cleo Ferris cites: minutes of 1998 / "
        "Claim 3 dispute in full see in Label Studio Copy with source"
    )
    page.locator(f"#{CLAIMS[1]}").hover()
    page.locator(":popover-open", has_text="Source: Tove Lund").wait_for()
    page.mouse.move(2, 2)
    page.locator(":popover-open").wait_for(state="detached")


def test_a_click_keeps_a_card_and_escape_closes_it(desk_page: Page) -> None:
    page = desk_page
    page.locator(f"#{CLAIMS[0]} button").click()
    page.mouse.move(2, 2)
    page.wait_for_timeout(400)
    assert card(page).startswith("Checkable fact, all agree")
    page.keyboard.press("Escape")
    assert card(page) == ""


def test_cards_by_keyboard(desk_page: Page) -> None:
    page = desk_page
    page.locator(f"#{CLAIMS[0]} button").focus()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    assert card(page).startswith("Checkable fact, all agree")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "see in Label Studio"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Copy with source"
    page.keyboard.press("Tab")
    assert card(page).startswith("Attributed report, majority 2:1")
    page.keyboard.press("Escape")
    assert card(page) == ""
    assert page.evaluate("document.activeElement.closest('mark').id") == CLAIMS[1]


def test_cards_by_touch(browser: Browser, reports: dict[str, Path]) -> None:
    page = browser.new_page(has_touch=True, viewport={"width": 390, "height": 800})
    page.goto(reports["desk"].as_uri())
    page.locator(f"#{CLAIMS[0]}").tap()
    assert card(page).startswith("Checkable fact, all agree")
    page.locator("h2").first.tap()
    assert card(page) == ""
    page.locator(f"#{CLAIMS[1]} button").tap()
    assert card(page).startswith("Attributed report, majority 2:1")
    page.close()


def test_the_page_reads_without_scripts(browser: Browser, reports: dict[str, Path]) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(reports["desk"].as_uri())
    assert page.locator("form").is_hidden()
    assert page.locator(".disputes > li").count() == 2
    page.locator(f"#{CLAIMS[2]} button").click()
    assert page.get_by_text("Ada Lund notes: “note of 1”").is_visible()
    context.close()


# --------------------------------------------------------------------------- filters


@pytest.mark.parametrize(
    ("chosen", "left"),
    [
        ({"label": "checkable_fact"}, [0]),
        ({"status": "tie"}, [2]),
        ({"source": "Tove Lund"}, [1]),
        ({"annotator": "differs Cleo Ferris"}, [1]),
        ({"annotator": "judged Bo Marsh"}, [0, 1, 2]),
        ({"annotator": "judged Bo Marsh", "status": "unanimous"}, [0]),
        ({"label": "tie", "status": "unanimous"}, []),
    ],
)
def test_filters(desk_page: Page, chosen: dict[str, str], left: list[int]) -> None:
    for name, value in chosen.items():
        desk_page.select_option(f"[name={name}]", value)
    assert shown(desk_page) == [CLAIMS[number] for number in left]
    assert desk_page.inner_text("form output") == f"{len(left)} of 13 claims"
    assert desk_page.locator("form output").get_attribute("aria-live") == "polite"
    listed = desk_page.locator(".disputes > li:visible .id").all_inner_texts()
    assert listed == [CLAIMS[number] for number in (2, 1) if number in left]


def test_a_filter_unfolds_what_fits(page: Page, reports: dict[str, Path]) -> None:
    page.goto(reports["divided"].as_uri())
    assert page.locator(".disputes > li:visible").count() == 8
    page.select_option("[name=label]", "tie")
    assert page.locator(".disputes > li:visible").count() == 10
    page.select_option("[name=label]", "opinion")
    assert page.locator(".disputes > li:visible, details:has(.claims):visible").count() == 0
    page.click("[type=reset]")
    assert page.locator(".disputes > li:visible").count() == 8


def test_who_did_not_judge_a_claim_can_be_asked_for(desk_page: Page) -> None:
    desk_page.select_option("[name=annotator]", "open Cleo Ferris")
    assert CLAIMS[0] not in shown(desk_page)
    assert CLAIMS[5] in shown(desk_page)


def test_a_filtered_view_has_an_address(desk_page: Page) -> None:
    page, address = desk_page, desk_page.url
    page.select_option("[name=label]", "attributed_report")
    page.select_option("[name=source]", "Tove Lund")
    assert page.url == f"{address}#?label=attributed_report&source=Tove+Lund"
    page.reload()
    assert shown(page) == [CLAIMS[1]]
    page.click("[type=reset]")
    assert page.url == address
    assert page.locator(".off").count() == 0
    assert page.inner_text("form output") == "All 13 claims"


@pytest.mark.parametrize(
    "asked", ["label=satire", "label=<img src=x onerror=alert(1)>", "nothing=opinion", "&&=%", "label[]=tie"]
)
def test_an_address_asks_only_for_what_the_page_offers(
    page: Page, reports: dict[str, Path], asked: str
) -> None:
    page.goto(f"{reports['desk'].as_uri()}#?{asked}")
    assert page.locator(".off").count() == 0
    assert page.locator("form select").evaluate_all("all => all.map(each => each.value)") == [""] * 5


def test_filters_by_keyboard_and_the_way_to_the_next_claim(desk_page: Page) -> None:
    page = desk_page
    page.locator("[name=status]").focus()
    page.keyboard.type("Maj")
    page.wait_for_function("document.querySelectorAll('.text mark[id]:not(.off)').length === 1")
    for _ in range(3):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.closest('mark').id") == CLAIMS[1]
    assert card(page).startswith("Attributed report, majority 2:1")


# --------------------------------------------------------------------------- print, decisions, changes


def test_on_paper_everything_is_open_and_nothing_to_press(page: Page, reports: dict[str, Path]) -> None:
    page.goto(reports["divided"].as_uri())
    assert page.locator(".disputes > li:visible").count() == 8
    page.emulate_media(media="print")
    assert page.locator(".disputes > li:visible").count() == 10
    assert page.locator("nav, form, summary").locator("visible=true").count() == 0
    assert page.pdf(format="A4").startswith(b"%PDF")
    page.emulate_media(media="screen")


def test_a_filtered_view_says_so_on_paper(desk_page: Page) -> None:
    desk_page.select_option("[name=status]", "tie")
    desk_page.emulate_media(media="print")
    assert desk_page.locator("form output").is_visible()
    assert desk_page.locator("form select").locator("visible=true").evaluate_all(
        "all => all.map(e => e.name)"
    ) == ["status"]
    assert desk_page.locator("form button").locator("visible=true").count() == 0


def test_a_decision_is_told_with_who_and_when(page: Page, reports: dict[str, Path]) -> None:
    page.goto(reports["divided"].as_uri())
    told = "Decided by Dora Quill, 2031-05-03 16:20 UTC: “Who was asked is not on record.”"
    decided = page.locator("section[aria-labelledby=_decided] .claims > li")
    assert decided.count() == 1
    assert told in decided.inner_text()
    page.locator(f"#{CLAIMS[3]}").hover()
    page.locator(":popover-open").wait_for()
    assert card(page).startswith(
        f"Opinion, decided by an editor / {told} / Opinion: Ada Lund / Checkable fact: Bo"
    )


def test_evidence_on_the_web_is_a_link(page: Page, reports: dict[str, Path]) -> None:
    page.goto(reports["divided"].as_uri())
    link = page.locator(".disputes .detail a").first
    assert link.get_attribute("href") == "https://archive.example/minutes?year=1998"
    assert page.locator("meta[name=referrer]").get_attribute("content") == "no-referrer"


def test_changes_lead_to_their_claims(page: Page, tmp_path: Path) -> None:
    council = {"claim_id": CLAIMS[0], "claim": "The council …"}
    enemy = {"claim_id": "gone", "claim": HOSTILE[0]}
    changes = [
        council | {"what": "label", "before": "opinion", "after": "checkable_fact"},
        council | {"what": "note", "before": None, "after": "Seen in the archive."},
        enemy | {"what": "claim gone", "before": HOSTILE[4], "after": HOSTILE[0]},
    ]
    (tmp_path / "changes.html").write_text(html_of(desk(), changes=changes), encoding="utf-8")
    visit = Visit(page, tmp_path / "changes.html")
    rows = page.locator("section[aria-labelledby=_changes] tbody tr")
    assert [row.split("\t") for row in rows.all_inner_texts()] == [
        ["The council …", "label", "Opinion", "Checkable fact"],
        ["editor’s note", "–", "Seen in the archive."],
        [HOSTILE[0], "claim gone", HOSTILE[4], HOSTILE[0]],
    ]
    assert visit.axe() == []
    rows.locator("a").click()
    assert page.url == f"{visit.address}#{CLAIMS[0]}"
    assert visit.console == []
    assert "Nothing changed." in html_of(desk(), changes=[])


def html_of(
    raw: Raw, *, changes: Sequence[dict[str, str | None]] = (), told: Mapping[str, Any] = MappingProxyType({})
) -> str:
    """Return a page with changes, and with more figures than are computed here."""
    answers = read_answers(raw)
    table = claims_table(answers)
    figures = agreement_table(answers, table)
    data = PageData(
        answers=answers,
        claims=table,
        sources=sources_table(table),
        figures=figures | told | {"agreement": figures["agreement"] | told.get("agreement", {})},
        changes=pd.DataFrame(changes, columns=names_of(CHANGES_COLUMNS)),
    )
    return html_page(data)


def test_figures_stand_beside_how_to_read_them(page: Page, tmp_path: Path) -> None:
    alpha = {"value": 0.71, "low": 0.61, "high": 0.79, "reading": "Enough for tentative conclusions."}
    confusion = {
        "opinion": {"opinion": 5, "checkable_fact": 2},
        "checkable_fact": {"opinion": 0, "checkable_fact": 9},
    }
    pair = {"a": "Ada Lund", "b": "<b>Bo", "claims": 16, "percent_agreement": 0.875, "cohen_kappa": None}
    person = dict.fromkeys((*LABELS, "skipped", "draft"), 1) | {"judged": 3, "claims": 4}
    others = {"agreeing": 9, "claims": 12, "share": 0.75}
    time = {"median": 14.2, "lower_quartile": 9.0, "upper_quartile": 31.0}
    group = {"answers": 20, "taken": 15, "share": 0.75}
    told = {
        "agreement": {
            "figures": {"krippendorff_alpha": alpha},
            "warning": "Only 16 claims: the figure is rough.",
            "by_pair": [pair | {"confusion": confusion}],
            "confused": [{"labels": ["opinion", "checkable_fact"], "pairs": 2}],
        },
        "by_annotator": {"Ada Lund": person | {"against_others": others, "seconds": time}},
        "suggestions": {"seen": group, "unseen": group, "reading": "Here +0 points.", "warning": None},
        "readings": {"by_pair": "How often two people gave the same label."},
    }
    (tmp_path / "figures.html").write_text(html_of(desk(), told=told), encoding="utf-8")
    visit = Visit(page, tmp_path / "figures.html")
    page.locator("summary", has_text="Who said what").click()
    words = page.inner_text("section[aria-labelledby=_agreement]") + page.inner_text(
        "section[aria-labelledby=_progress]"
    )
    for part in (
        "Krippendorff’s α\t0.71\t0.61 to 0.79\tEnough for tentative conclusions.",
        "Only 16 claims: the figure is rough.",
        "Opinion and Checkable fact: 2 pairs of answers",
        "How often two people gave the same label.",
        "Ada Lund and <b>Bo\t16\t88%\t–",
        "Opinion\t5\t2",
        "Where a suggestion was shown, 15 of 20 answers have its label (75%).",
        "Ada Lund\t9 of 12 (75%)\t14\t9 and 31",
    ):
        assert part in words
    assert visit.axe() == []


def test_each_section_has_its_labels(desk_page: Page) -> None:
    rows = desk_page.locator(".mixes tbody tr")
    assert rows.all_inner_texts() == [
        *("The bridge at Orrin\t\n\t6\t–\t1\t1\t1\t3", "What the ferry costs\t\n\t5\t–\t–\t–\t–\t5")
    ]
    bar = rows.first.locator("svg")
    assert bar.get_attribute("aria-label") == (
        "Labels: Attributed report 1, Checkable fact 1, No majority 1, Not judged yet 3"
    )
    assert bar.locator("rect").evaluate_all("all => all.map(each => each.getAttribute('width'))") == [
        *("16.67%", "16.67%", "16.67%", "50.0%")
    ]


def test_the_page_stays_small(tmp_path: Path) -> None:
    sentence = (
        "{{In {0} the harbour board of the town counted {0} ships in all, and more than half paid late.}}"
    )
    marked = "\n\n".join(
        f"# Part {part}\n\n" + " ".join(sentence.format(1700 + 10 * part + n) for n in range(10))
        for part in range(22)
    )
    raw = project(*specimen(marked))
    for number, packed in enumerate(p for task in raw["tasks"] for p in task["data"]["claims"]):
        for by in (1, 2, 3):
            as_ = LABELS[(by if number % 4 == 0 else 1) - 1]
            label(raw, packed["claim_id"], by=by, as_=as_, source="the harbour board", note="A close call.")
    report = write_tables(raw, tmp_path)[-1]
    assert len(claims_table(read_answers(raw))) == 220
    assert report.stat().st_size < 400_000


# --------------------------------------------------------------------------- strangers


HOSTILE = (
    "<script>alert(1)</script>",
    "{{7*7}}",
    "{% raw %}",
    '"><img src=x onerror=alert(2)>',
    "'><svg/onload=alert(3)>",
    "</style><style>*{display:none}</style>",
    "</script><script>alert(5)</script>",
    "</title><script>alert(6)</script>",
    "</option></select><iframe srcdoc='<script>alert(7)</script>'>",
    "x onfocus=alert(8) autofocus tabindex=1",
    "<!--",
    "-->",
    "]]>",
    "</mark></body></html>",
    '</template><base href="https://evil.example/">',
    "<a href=javascript:alert(9)>",
    "<meta http-equiv=refresh content=0;url=https://evil.example/>",
    "&lt;b&gt;",
    '\\";alert(10)//',
    "`${alert(11)}`",
    "line\u2028alert(12)",
    "\u202egnorw eht yaw\u202c \u2066open",
    "javascript:alert(4)",
)
LITERAL = [words for words in HOSTILE if "\u2028" not in words]  # a browser may show that as a space


def hostile() -> Raw:
    """Return a project whose every word comes from an enemy."""
    words = " ".join(HOSTILE).replace("{", "⦃").replace("}", "⦄").replace("|", "¦")
    article, claims, skips = specimen(
        f"# {words}\n\nBy {words}\n\n{{A claim, {words}|opinion}} {words} {{Another.}}"
    )
    restore = str.maketrans("⦃⦄¦", "{}|")
    text = article.text.translate(restore)
    claims = [replace(c, text=c.text.translate(restore), section=" ".join(HOSTILE)) for c in claims]
    article = replace(
        article, text=text, title=" ".join(HOSTILE), author=" ".join(HOSTILE), address=HOSTILE[-1]
    )
    raw = project(article, claims, skips, title=" ".join(HOSTILE))
    raw["project"]["url"] = HOSTILE[-1]
    raw["users"]["1"]["name"] = " ".join(HOSTILE)
    for by in (1, 2):
        said = " ".join(HOSTILE)
        label(
            raw,
            claims[0].claim_id,
            by=by,
            as_=LABELS[by],
            source=said,
            note=said,
            evidence=said,
            flags=[said],
        )
        label(raw, claims[1].claim_id, by=by, as_=f"label {HOSTILE[0]}")
    return raw


@pytest.mark.parametrize("bypass_csp", [False, True], ids=["with the policy", "escaping alone"])
def test_nothing_that_strangers_wrote_runs(
    browser: Browser, reports: dict[str, Path], bypass_csp: bool
) -> None:
    context = browser.new_context(bypass_csp=bypass_csp)
    page = context.new_page()
    visit = Visit(page, reports["hostile"])
    for button in page.locator("[popovertarget]").all():
        button.focus()
        page.keyboard.press("Enter")
    assert page.locator(":popover-open").count() == 1
    for select in page.locator("form select").all():
        select.select_option(index=1)
    for link in page.locator("a.find").all():
        link.focus()
        page.keyboard.press("Enter")
    assert "of 2 claims" in page.inner_text("form output")
    page.locator(".disputes .copy, .text .copy").first.evaluate("button => button.click()")
    page.locator("#_status", has_text="Cop").wait_for(state="attached")
    assert visit.console == []
    assert visit.requests == [visit.address]
    assert page.locator("img, iframe, base, [onerror], [onload], [onfocus], [autofocus]").count() == 0
    assert (page.locator("style").count(), page.locator("script").count()) == (1, 1)
    assert page.locator("meta[http-equiv]").count() == 1
    hrefs = page.locator("a").evaluate_all("all => all.map(a => a.href)")
    assert all(href.startswith(("file:", "http:", "https:")) for href in hrefs)
    assert page.title() == f"{' '.join(HOSTILE)}: claims and labels"
    text = page.inner_text("main")
    assert [words for words in LITERAL if words not in text] == []
    context.close()


def test_the_policy_of_the_page_lets_nothing_else_run_and_nothing_load(
    browser: Browser, reports: dict[str, Path], tmp_path: Path
) -> None:
    file = tmp_path / "smuggled.html"
    smuggled = "<script>document.title = 'ran'</script><img src='https://tracker.example/x.png'>"
    smuggled += "<p style='color:red' onclick='alert(1)'>"
    file.write_text(
        reports["desk"].read_text(encoding="utf-8").replace("<main>", f"<main>{smuggled}"), encoding="utf-8"
    )
    page = browser.new_page()
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text))
    page.goto(file.as_uri())
    assert "ran" not in page.title()
    assert sum("Content Security Policy" in text for text in refused) == 4
    assert page.locator("form").is_visible()  # the page's own script runs
    page.close()


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("https://paper.example/a?b=1#c", "https://paper.example/a?b=1#c"),
        ("HTTP://paper.example", "HTTP://paper.example"),
        ("javascript:alert(1)", ""),
        (" javascript:alert(1)", ""),
        ("data:text/html,x", ""),
        ("//paper.example", ""),
        ("column.txt", ""),
        ("http://[", ""),
        ("https://paper.example/a b", ""),
        ("https://paper.example/\n", ""),
        ("", ""),
        (None, ""),
    ],
)
def test_an_address_is_linked_only_where_it_leads_to_the_web(address: str | None, shown: str) -> None:
    assert web_address(address) == shown


FIGURES = {
    "pairs": 9,
    "pairs_agreeing": 4,
    "percent_agreement": 4 / 9,
    "claims_judged_twice": 3,
    "krippendorff_alpha": 0.23,
    "undefined": None,
}


@pytest.mark.parametrize(
    ("told", "words"),
    [
        (
            {},
            "Of 9 pairs of answers to the same claim, 4 have the same label (44%), over 3 claims. Beyond what "
            "chance would give, agreement is Krippendorff’s α = 0.23 (1 is perfect, 0 is chance). With so few "
            "claims these figures are rough.",
        ),
        (
            {"krippendorff_alpha": None, "undefined": "only one label used"},
            "Of 9 pairs of answers to the same claim, 4 have the same label (44%), over 3 claims. There is no "
            "figure for agreement beyond chance: only one label used.",
        ),
        ({"pairs": 0}, "No claim was judged by two annotators yet, so nothing can be said about agreement."),
    ],
)
def test_agreement_in_words(told: dict[str, object], words: str) -> None:
    assert agreement_sentence(FIGURES | told) == words
