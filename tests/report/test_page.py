"""The page in a real browser: complete, offline, accessible, and deaf to what strangers wrote."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from annotate.model import LABELS
from annotate.report import write_tables
from annotate.report.html import agreement_sentence, web_address
from tests.report.answers import Raw, annotation, label, project, send, task_of
from tests.specimen import BRIDGE, specimen

CLAIMS = [claim.claim_id for claim in specimen()[1]]


def desk() -> Raw:
    """Give a project in which everything that the page shows happens once."""
    raw = project()
    for by in (1, 2, 3):
        label(raw, CLAIMS[0], by=by, as_="checkable_fact")
        label(raw, CLAIMS[1], by=by, as_="opinion" if by == 3 else "attributed_report", source="Tove Lund")
        label(raw, CLAIMS[2], by=by, as_=LABELS[by - 1], note=f"note of {by}", evidence="minutes of 1998")
    label(raw, CLAIMS[8], by=2, as_="satire")
    drawn = annotation(task_of(raw, CLAIMS[-1]), by=1)
    value = {"start": 0, "end": 30, "text": "", "labels": ["opinion"]}
    drawn["result"].append(
        {"id": "x", "from_name": "label", "to_name": "text", "type": "labels", "value": value}
    )
    article, claims, skips = specimen(BRIDGE.replace("It should run every hour", "It should run all day"))
    return send(raw, article, claims, skips)


class Visit:
    """A page, what it said on the console, and what it asked the network for."""

    def __init__(self, page: Page, raw: Raw, folder: Path) -> None:
        self.page = page
        self.console: list[str] = []
        self.requests: list[str] = []
        page.on("console", lambda message: self.console.append(message.text))
        page.on("pageerror", lambda error: self.console.append(str(error)))
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("dialog", lambda dialog: (self.console.append(dialog.message), dialog.dismiss()))
        self.address = write_tables(raw, folder)[-1].as_uri()
        page.goto(self.address)

    def axe(self) -> list[str]:
        found = Axe().run(self.page).response["violations"]
        return [f"{each['id']}: {node['html'][:160]}" for each in found for node in each["nodes"]]


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    # Only a page whose own policy is set aside lets axe-core in; what the policy forbids is tested apart.
    context = browser.new_context(bypass_csp=True)
    yield context.new_page()
    context.close()


pytestmark = pytest.mark.browser


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1366, 400])
def test_a_filled_page_is_accessible_and_fits(page: Page, tmp_path: Path, width: int, scheme: str) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    visit = Visit(page, desk(), tmp_path)
    assert visit.console == []
    assert visit.axe() == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert visit.requests == [visit.address]


def test_an_empty_page_is_accessible(page: Page, tmp_path: Path) -> None:
    visit = Visit(page, project() | {"tasks": []}, tmp_path)
    assert visit.axe() == []
    assert "No claim is disputed." in page.inner_text("main")


def test_the_article_stands_there_whole(page: Page, tmp_path: Path) -> None:
    Visit(page, project(), tmp_path)
    page.add_style_tag(content=".badge, .kind { display: none }")
    assert page.inner_text(".text").split() == specimen()[0].text.split()
    assert page.locator(".text h3").all_inner_texts() == ["The bridge at Orrin", "What the ferry costs"]
    assert page.locator(".text p.byline").count() == 1


def test_colour_is_never_alone(page: Page, tmp_path: Path) -> None:
    Visit(page, desk(), tmp_path)
    marks = {
        look: page.locator(f".text mark.{look}").first.evaluate(
            "m => [getComputedStyle(m).textDecorationStyle, m.nextElementSibling.innerText]"
        )
        for look in ("attributed_report", "checkable_fact", "tie", "unjudged")
    }
    assert marks == {
        "attributed_report": ["dashed", "A 2:1"],
        "checkable_fact": ["solid", "C"],
        "tie": ["double", "? 1:1:1"],
        "unjudged": ["dotted", "–"],
    }


def test_disputes_come_first_hardest_on_top_and_lead_to_the_claim(page: Page, tmp_path: Path) -> None:
    visit = Visit(page, desk(), tmp_path)
    disputes = page.locator(".disputes > li")
    assert [disputes.nth(i).locator(".id").inner_text() for i in range(disputes.count())] == [
        *(CLAIMS[2], CLAIMS[1])
    ]
    first = disputes.first
    assert first.locator(".who").all_inner_texts() == ["Ada Lund", "Bo Marsh", "Cleo Ferris"]
    assert "note of 2" in first.inner_text()
    first.locator("blockquote a").focus()
    page.keyboard.press("Enter")
    assert page.url == f"{visit.address}#{CLAIMS[2]}"
    assert page.locator(":target").inner_text() == "It was a cowardly decision."
    assert page.locator(":target").is_visible()
    assert page.locator('[href="http://127.0.0.1:8080/projects/7/data?task=101"]').count() > 0


def test_claims_of_earlier_versions_stay_in_a_list(page: Page, tmp_path: Path) -> None:
    Visit(page, desk(), tmp_path)
    section = page.locator("h3", has_text="From earlier versions")
    assert "It should run every hour." in section.locator("~ ul").last.inner_text()
    assert "It should run all day." in page.inner_text(".text")


def test_what_does_not_count_is_said(page: Page, tmp_path: Path) -> None:
    Visit(page, desk(), tmp_path)
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
    Visit(page, raw, tmp_path)
    assert page.locator("nav a").all_inner_texts() == [
        *("Disputed claims", "Agreement", "The bridge at Orrin", "The ferry", "Sources")
    ]
    assert page.locator(".text").count() == 2


HOSTILE = (
    "<script>alert(1)</script>",
    "{{7*7}}",
    "{% raw %}",
    '"><img src=x onerror=alert(2)>',
    "'><svg/onload=alert(3)>",
    "</style><style>*{display:none}</style>",
    "<!--",
    "</mark></body></html>",
    "&lt;b&gt;",
    "javascript:alert(4)",
)


def hostile() -> Raw:
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


def test_nothing_that_strangers_wrote_runs(browser: Browser, tmp_path: Path) -> None:
    context = browser.new_context(bypass_csp=True)  # escaping alone has to be enough
    page = context.new_page()
    visit = Visit(page, hostile(), tmp_path)
    page.wait_for_timeout(100)
    assert visit.console == []
    assert visit.requests == [visit.address]
    assert page.locator("script, img, iframe, [onerror], [onload]").count() == 0
    assert page.locator("style").count() == 1
    assert (
        page.locator("a").evaluate_all("all => all.filter(a => !/^(file|https?):/.test(a.href)).length") == 0
    )
    assert page.title() == f"{' '.join(HOSTILE)}: claims and labels"
    assert all(words in page.inner_text("main") for words in HOSTILE)
    context.close()


def test_the_policy_of_the_page_lets_no_script_run_and_nothing_load(browser: Browser, tmp_path: Path) -> None:
    file = write_tables(desk(), tmp_path)[-1]
    smuggled = "<script>document.title = 'ran'</script><img src='https://tracker.example/x.png'>"
    file.write_text(file.read_text(encoding="utf-8").replace("<main>", f"<main>{smuggled}"), encoding="utf-8")
    page = browser.new_page()
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text))
    page.goto(file.as_uri())
    assert "ran" not in page.title()
    assert sum("Content Security Policy" in text for text in refused) == 2
    page.close()


def test_the_page_reads_without_scripts_and_prints(browser: Browser, tmp_path: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(write_tables(desk(), tmp_path)[-1].as_uri())
    assert page.locator(".disputes > li").count() == 2
    assert page.pdf(format="A4").startswith(b"%PDF")
    context.close()


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
        ("", ""),
        (None, ""),
    ],
)
def test_an_address_is_linked_only_where_it_leads_to_the_web(address: str | None, shown: str) -> None:
    assert web_address(address) == shown


def test_agreement_in_words(tmp_path: Path) -> None:
    write_tables(desk(), tmp_path)
    figures = json.loads((tmp_path / "agreement.json").read_text(encoding="utf-8"))["agreement"]
    assert agreement_sentence(figures) == (
        "Of 9 pairs of answers to the same claim, 4 have the same label (44%), over 3 claims. Agreement beyond "
        "chance is not defined: only 3 claims judged twice, fewer than 20."
    )
    assert "nothing can be said" in agreement_sentence(figures | {"pairs": 0})
    undefined = figures | {"krippendorff_alpha": None, "undefined": "only one label used"}
    assert agreement_sentence(undefined).endswith("is not defined: only one label used.")
