"""The page on a phone, on paper, in the dark and without its script; and its charts as Chromium draws them."""

from __future__ import annotations

import io
import os
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page
from pypdf import PdfReader

from annotate.article import extract, read_article
from annotate.labels import LABELS
from annotate.report import write_tables
from examples.demo import REVIEWERS, source_of
from tests.conftest import ROOT
from tests.report.answers import Raw, decide, label, project
from tests.specimen import specimen

pytestmark = pytest.mark.browser

SAMPLE = ROOT / "examples" / "harbour_talks.txt"
OWN_ARTICLE = "ANNOTATE_TEST_ARTICLE"
PHONE = {"width": 390, "height": 844}
FINGER = 24  # pixels
# The text of a page of A4 in two columns, and what the figures of three annotators take.
PAGES_A_WORD, PAGES_OF_FIGURES = 2.5 / 1000, 4
SIZES = ({"width": 1440, "height": 900}, {"width": 1366, "height": 768}, PHONE)

TARGETS = """() => [...document.querySelectorAll('a, button, select, summary')]
    .filter(each => each.checkVisibility({ visibilityProperty: true, opacityProperty: true }))
    .map(each => [each.outerHTML.slice(0, 120), [...each.getClientRects()]])
    .map(([html, lines]) => [html, Math.max(...lines.map(l => l.width)), Math.min(...lines.map(l => l.height))])"""
LETTERS = """() => {
    const found = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const sizes = [];
    while (found.nextNode()) {
        const parent = found.currentNode.parentElement;
        if (!found.currentNode.data.trim() || !parent.checkVisibility()) continue;
        sizes.push([found.currentNode.data.trim().slice(0, 40), parseFloat(getComputedStyle(parent).fontSize)]);
    }
    return sizes;
}"""


@cache
def words_of(path: Path) -> int:
    return len(read_article(path).text.split())


def judged(path: Path) -> Raw:
    """Return a project in which three annotators, with the habits of the demo, judged an article over a week."""
    article = read_article(path)
    claims, skips = extract(article)
    raw = project(article, claims, skips)
    for by, habit in enumerate(REVIEWERS.values(), 1):
        for number, claim in enumerate(claims):
            if answer := habit(claim, source_of(claim, article.text)):
                at = f"2031-05-{2 + 7 * number // len(claims):02}T1{by}:00:00.000000Z"
                label(raw, claim.claim_id, by=by, as_=answer.pop("label"), at=at, **answer)
    return raw


def many_annotators() -> Raw:
    """Return a project in which twelve people with long names judged over two hundred days."""
    raw = project()
    for by in range(1, 13):
        raw["users"][str(by)] = {
            "email": f"user{by}@desk.example",
            "name": f"Annotator of long standing {by}",
        }
        for number, claim in enumerate(specimen()[1]):
            at = f"2031-{1 + (number * 20) // 28:02}-{1 + (number * 20) % 28:02}T10:00:00Z"
            as_ = LABELS[(by * number) % 3]
            label(
                raw,
                claim.claim_id,
                by=by,
                as_=as_,
                at=at,
                note="A close call.",
                source="the county engineers",
            )
    decide(raw, specimen()[1][0].claim_id, by=13, as_="opinion", note="The writer judges.")
    return raw


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    made = {"sample": judged(SAMPLE), "many": many_annotators(), "none": project()}
    return {name: write_tables(raw, tmp_path_factory.mktemp(name))[-1] for name, raw in made.items()}


@pytest.fixture(scope="module")
def phone(browser: Browser) -> Iterator[Page]:
    window = browser.new_context(viewport=PHONE, has_touch=True, is_mobile=True)  # type: ignore[arg-type]
    yield window.new_page()
    window.close()


# --------------------------------------------------------------------------- every size


@pytest.mark.parametrize(
    ("report", "size", "scheme"),
    [
        *(("sample", size, scheme) for size in SIZES for scheme in ("light", "dark")),
        *(("many", PHONE, "dark"), ("none", PHONE, "light")),
    ],
    ids=lambda value: str(value["width"]) if isinstance(value, dict) else value,
)
def test_every_size_is_accessible_and_nothing_is_wider(
    browser: Browser, reports: dict[str, Path], report: str, size: dict[str, int], scheme: str
) -> None:
    page = browser.new_page(bypass_csp=True, color_scheme=scheme, viewport=size)  # type: ignore[arg-type]
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.goto(reports[report].as_uri())
    for more in page.locator("summary:visible").all():
        more.click()
    found = Axe().run(page).response["violations"]
    assert [f"{each['id']}: {node['html'][:160]}" for each in found for node in each["nodes"]] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    assert said == []
    page.close()


# --------------------------------------------------------------------------- phone


@pytest.mark.parametrize("report", ["sample", "many", "none"])
def test_on_a_phone_everything_that_is_pressed_is_as_wide_as_a_finger(
    phone: Page, reports: dict[str, Path], report: str
) -> None:
    phone.goto(reports[report].as_uri())
    for more in phone.locator("summary:visible").all():
        more.tap()
    if report != "none":
        phone.locator(".text mark[id] button").first.tap()  # the card has links and a button too
        assert phone.locator(":popover-open").count() == 1
        phone.evaluate("document.getElementById('_filters').classList.add('open')")
    targets = phone.evaluate(TARGETS)
    assert len(targets) > 5
    small = [each for each in targets if min(each[1:]) < FINGER]
    assert small == []


@pytest.mark.parametrize("report", ["sample", "many", "none"])
def test_on_a_phone_no_table_is_wider_than_the_screen(
    phone: Page, reports: dict[str, Path], report: str
) -> None:
    phone.goto(reports[report].as_uri())
    for more in phone.locator("summary:visible").all():
        more.tap()
    wide = phone.locator(".scroll").evaluate_all(
        "all => all.filter(each => each.scrollWidth > each.clientWidth).map(each => each.ariaLabel)"
    )
    assert wide == []
    cut = phone.locator("tbody td, tbody th").evaluate_all(
        "all => all.filter(each => each.scrollWidth > each.clientWidth + 1).map(each => each.outerHTML.slice(0, 200))"
    )
    assert cut == []
    hidden = phone.locator("th, td").evaluate_all(
        "all => all.filter(each => getComputedStyle(each).display === 'none').map(each => each.outerHTML)"
    )
    assert hidden == []  # who listens to a table hears its figures under their headings


def test_on_a_phone_figures_stand_below_their_heading(phone: Page, reports: dict[str, Path]) -> None:
    phone.goto(reports["sample"].as_uri())
    for table in ("mixes", "sources", "matrix", "progress", "times"):
        ends = [
            row.locator("> .number:visible").evaluate_all(
                "all => all.map(each => Math.round(each.getBoundingClientRect().right))"
            )
            for row in phone.locator(f".{table} > * > tr:not(:has(.group))").all()
        ]
        assert len(ends) > 2
        assert len(set(map(tuple, ends))) == 1, table


def test_on_a_phone_letters_are_large_enough_and_the_article_comes_before_tables(
    phone: Page, reports: dict[str, Path]
) -> None:
    phone.goto(reports["sample"].as_uri())
    assert [each for each in phone.evaluate(LETTERS) if each[1] < 12] == []
    assert phone.locator(".text").evaluate("each => parseFloat(getComputedStyle(each).fontSize)") >= 16
    article = phone.locator(".text").evaluate("each => each.getBoundingClientRect().top")
    tables = phone.locator("table").evaluate_all("all => all.map(each => each.getBoundingClientRect().top)")
    assert len(tables) >= 8
    assert all(article < table for table in tables)


def test_on_a_phone_filters_are_at_hand_wherever_one_reads(phone: Page, reports: dict[str, Path]) -> None:
    phone.goto(reports["sample"].as_uri())
    for place in (".text p:nth-of-type(9)", ".sources", ".times"):
        phone.locator(place).first.evaluate("each => each.scrollIntoView()")
        bar = phone.locator("form").bounding_box()
        assert bar
        assert bar["y"] == 0
        assert bar["height"] < 60
    filters = phone.get_by_role("button", name="Filters")
    assert phone.locator("[name=label]").is_hidden()
    filters.tap()
    assert filters.get_attribute("aria-expanded") == "true"
    phone.select_option("[name=label]", "opinion")
    filters.tap()
    assert phone.locator("[name=label]").is_hidden()
    assert re.fullmatch(r"\d+ of \d+ claims", phone.inner_text("form output"))
    phone.get_by_role("button", name="Next claim").tap()
    claim = phone.locator("mark:has([popovertarget]:focus)")
    line = claim.locator("button").bounding_box()
    assert line
    assert phone.locator("form").bounding_box()["height"] <= line["y"] < PHONE["height"]  # type: ignore[index]
    phone.get_by_role("button", name="Show all").tap()
    assert phone.locator(".off").count() == 0


def test_on_a_wide_screen_filters_need_no_button(browser: Browser, reports: dict[str, Path]) -> None:
    page = browser.new_page()
    page.goto(reports["sample"].as_uri())
    assert page.locator("[name=label]").is_visible()
    assert page.get_by_role("button", name="Filters").is_hidden()
    page.close()


# --------------------------------------------------------------------------- paper


def printed(browser: Browser, report: Path) -> PdfReader:
    page = browser.new_page()
    page.goto(report.as_uri())
    content = page.pdf(format="A4")
    page.close()
    return PdfReader(io.BytesIO(content))


def most_pages(words: int) -> int:
    return int(PAGES_OF_FIGURES + PAGES_A_WORD * words)


def test_a_printed_report_is_short(browser: Browser, reports: dict[str, Path]) -> None:
    assert most_pages(words_of(SAMPLE)) == 7
    assert len(printed(browser, reports["sample"]).pages) <= most_pages(words_of(SAMPLE))


def test_a_printed_report_of_an_own_article_is_short(browser: Browser, tmp_path: Path) -> None:
    if not (path := os.environ.get(OWN_ARTICLE)):
        pytest.skip(f"{OWN_ARTICLE} is not set: it names an article whose report is to be printed too")
    report = write_tables(judged(Path(path)), tmp_path)[-1]
    assert len(printed(browser, report).pages) <= most_pages(words_of(Path(path)))


def test_on_paper_the_article_comes_first_then_disputes_and_decisions_then_figures(
    browser: Browser, reports: dict[str, Path]
) -> None:
    text = " ".join(" ".join(page.extract_text() for page in printed(browser, reports["many"]).pages).split())
    parts = (
        "Claims and their labels",
        "The council closed the old bridge",
        "The valley deserves better than a timetable.",
        "Disputed claims",
        "Decided by an editor",
        "Labels by section",
        "How many annotators agree on a claim",
        "What others said",
        "Answers over time",
    )
    places = [text.find(part) for part in parts]
    assert -1 not in places
    assert places == sorted(places)


def test_on_paper_there_is_nothing_to_press_and_every_dispute(
    page_of: Page, reports: dict[str, Path]
) -> None:
    page_of.goto(reports["sample"].as_uri())
    disputes = page_of.locator(".disputes > li").count()
    page_of.emulate_media(media="print")
    assert disputes > 8
    assert page_of.locator(".disputes > li:visible").count() == disputes
    assert page_of.locator("form, nav, summary, select, .copy").locator("visible=true").count() == 0
    pressed = page_of.locator("button:visible").evaluate_all(
        "all => all.filter(each => !each.closest('.text')).length"
    )
    assert pressed == 0  # in the text a button is the letter of a claim's label


def test_in_black_and_white_lines_letters_and_patterns_tell_labels_apart(
    page_of: Page, reports: dict[str, Path]
) -> None:
    page_of.goto(reports["sample"].as_uri())
    page_of.emulate_media(media="print", color_scheme="light")
    looks = {
        look: page_of.locator(f".text mark.{look}").first.evaluate(
            "mark => [getComputedStyle(mark).textDecorationStyle, mark.querySelector('button').innerText[0]]"
        )
        for look in (*LABELS, "tie")
    }
    assert looks == {
        "opinion": ["wavy", "O"],
        "attributed_report": ["dashed", "A"],
        "checkable_fact": ["solid", "C"],
        "tie": ["double", "?"],
    }
    drawn = page_of.locator(".histogram rect").evaluate_all(
        "all => all.map(each => each.getAttribute('fill'))"
    )
    patterns = {fill: page_of.locator(f"{fill[4:-1]} path").count() for fill in set(drawn)}
    paths = [page_of.locator(f"{fill[4:-1]} path").get_attribute("d") for fill, n in patterns.items() if n]
    assert sorted(patterns) == [f"url(#_{look})" for look in sorted((*LABELS, "tie"))]
    assert len(paths) == len(set(paths)) == 3  # the fourth is plain
    assert page_of.locator(".bar").first.evaluate("bar => getComputedStyle(bar).printColorAdjust") == "exact"


@pytest.fixture
def page_of(browser: Browser) -> Iterator[Page]:
    page = browser.new_page()
    yield page
    page.close()


# --------------------------------------------------------------------------- without the script


def test_without_its_script_the_page_shows_everything(browser: Browser, reports: dict[str, Path]) -> None:
    told: dict[bool, list[str]] = {}
    for script in (True, False):
        context = browser.new_context(java_script_enabled=script)
        page = context.new_page()
        page.goto(reports["sample"].as_uri())
        for more in page.locator("summary:visible").all():
            more.click()
        told[script] = [each.inner_text() for each in page.locator("main > :is(dl, ul, section)").all()]
        assert page.locator("form").is_visible() is script
        assert page.locator(".disputes > li").count() == page.locator(".disputes > li:visible").count() > 8
        assert page.locator(".times rect").count() == page.locator(".times rect:visible").count() > 12
        page.locator(".text mark[id] button").first.click()
        assert page.locator("[popover]:visible").count() == 1
        context.close()
    assert [words.replace("Copy with source", "").split() for words in told[True]] == [
        words.split() for words in told[False]
    ]


# --------------------------------------------------------------------------- charts


def widths(bars: Locator) -> list[float]:
    return bars.evaluate_all("all => all.map(each => each.getBoundingClientRect().width)")


def test_bars_are_as_long_as_what_they_count(page_of: Page, reports: dict[str, Path]) -> None:
    page_of.goto(reports["sample"].as_uri())
    rows = page_of.locator(".histogram tbody tr")
    claims = [int(words.split()[0]) for words in rows.locator(".number").all_inner_texts()]
    drawn = [sum(widths(row.locator("rect"))) for row in rows.all()]
    whole = page_of.locator(".histogram svg").first.evaluate("each => each.getBoundingClientRect().width")
    assert drawn == pytest.approx([whole * count / max(claims) for count in claims], abs=0.5)
    rows = page_of.locator(".matrix tbody tr")
    assert rows.count() == 3
    for row in rows.all():
        counts = [
            int(words.split()[0].replace("–", "0")) for words in row.locator(".number").all_inner_texts()
        ]
        shares = [count / sum(counts) for count in counts if count]
        bars = widths(row.locator("rect"))
        assert [bar / sum(bars) for bar in bars] == pytest.approx(shares, abs=0.005)


def test_a_chart_says_in_words_what_it_shows(page_of: Page, reports: dict[str, Path]) -> None:
    page_of.goto(reports["many"].as_uri())
    pictures = page_of.locator("main svg[role=img]")
    names = pictures.evaluate_all("all => all.map(each => each.ariaLabel)")
    assert all(re.search(r"\d", name) for name in names)
    times = page_of.locator(".times tbody tr")
    assert times.count() == 13
    assert times.first.locator("th").inner_text() == "All annotators"
    assert times.first.locator("svg").get_attribute("aria-label") == (
        "All annotators: 132 answers from 2030-12-30 to 2031-08-04, most on 2030-12-30 (12)"
    )
    assert times.first.locator("rect title").first.text_content() == "2030-12-30: 12 answers"
    assert times.nth(1).locator(".number").all_inner_texts() == ["11", "1\n2030-12-30"]


def test_a_project_without_answers_has_no_chart(page_of: Page, reports: dict[str, Path]) -> None:
    page_of.goto(reports["none"].as_uri())
    assert page_of.locator(".histogram, .matrix, .times").count() == 0
    assert "Nobody has answered yet." in page_of.inner_text("section[aria-labelledby=_progress]")
