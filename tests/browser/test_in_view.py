"""Every claim is wholly in view when it is chosen, and the codebook's questions with it; nothing lies over them."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from annotate.article import extract, read_article
from annotate.model import Article, Claim, Skip
from annotate.studio import Client, Project, bind, open_project
from annotate.studio.format import Layout
from tests.browser.conftest import SCREEN, LogIn
from tests.browser.test_labelling import CLAIMS, TERMS, begin, pushed
from tests.conftest import ROOT, Reviewer
from tests.plans import apply, plan
from tests.specimen import specimen

pytestmark = [pytest.mark.studio, pytest.mark.browser]

Extracted = tuple[Article, list[Claim], list[Skip]]

SCREENS = (SCREEN, {"width": 1440, "height": 900})
OWN_ARTICLE = "ANNOTATE_TEST_ARTICLE"

# Claims of one to seven lines; a source that is marked cuts a claim into pieces, and the page goes to the first.
CLAUSES = (
    "that the ferry had been late",
    "that nobody on the quay had been told when the next one would leave",
    "that the crew had asked for a second engine in each of the last four winters",
    "that the company had promised an answer by the end of March and then sent none",
    "and that the valley would look after itself if it had to",
)
SIXTY = "\n\n".join(
    " ".join(
        f"{{Reader {n} of letter {k} wrote {', '.join(CLAUSES[: (n * k) % 6])}.|attributed_report|Reader {n}|wrote}}"
        for n in range(1, 6)
    )
    for k in range(1, 13)
)

CHOSEN = """words => words
    === [...document.querySelectorAll('.htx-highlight.__active')].map(piece => piece.textContent).join('')"""
# Return where the pieces of the chosen claim are, and between which heights nothing lies over the text.
PLACES = """() => {
    const box = part => document.querySelector(part).getBoundingClientRect();
    const pieces = [...document.querySelectorAll('.htx-highlight.__active')];
    const lines = pieces.flatMap(piece => [...piece.getClientRects()]).filter(line => line.width);
    return {
        top: Math.min(...lines.map(line => line.top)),
        bottom: Math.max(...lines.map(line => line.bottom)),
        first: box('.desk-bar').bottom,
        last: box('.lsf-bottombar').top,
    };
}"""


def of_file(path: Path) -> Extracted:
    article = read_article(str(path))
    return article, *extract(article)


def own_article() -> Extracted:
    if not (path := os.environ.get(OWN_ARTICLE)):
        pytest.skip(f"{OWN_ARTICLE} is not set: it names an article whose claims are to be gone through too")
    return of_file(Path(path))


ARTICLES: dict[str, Callable[[], Extracted]] = {
    "long": lambda: specimen(SIXTY),
    "sample": lambda: of_file(ROOT / "examples" / "harbour_talks.txt"),
    "own": own_article,
}


@pytest.fixture
def ada(reviewers: tuple[Reviewer, Reviewer]) -> Reviewer:
    bind(reviewers[0].client)
    return reviewers[0]


def hidden_when_chosen(page: Page, claims: list[str]) -> list[dict[str, float]]:
    """Go through the claims of a section by key, on each screen, and return the places of those not wholly in view."""
    expect(page.locator(CLAIMS)).to_have_count(len(claims))
    expect(page.locator(".desk-book table").first).to_be_visible()
    hidden = []
    for screen in SCREENS:
        page.set_viewport_size(screen)
        page.keyboard.press("Escape")  # the next key begins at the first claim
        for claim in claims:
            page.keyboard.press("j")
            page.wait_for_function(CHOSEN, arg=claim)
            found = page.evaluate(PLACES)
            if not found["first"] <= found["top"] < found["bottom"] <= found["last"]:
                hidden.append(found)
    return hidden


def walk(page: Page, project: Project, client: Client, *, quick_view: bool) -> None:
    """Go through all claims of a project, and see that each is wholly in view."""
    if not quick_view:
        begin(page, project)
    for task in sorted(client.tasks(project.number), key=lambda task: int(task["id"])):
        if quick_view:
            page.goto(f"/projects/{project.number}/data?task={task['id']}")
        data, at = task["data"], task["data"]["offset"]
        claims = [data["text"][claim["start"] - at : claim["end"] - at] for claim in data["claims"]]
        assert not hidden_when_chosen(page, claims)
        if not quick_view:
            with page.expect_response(lambda sent: "id=next_task" in sent.url):
                page.keyboard.press("Control+Space")


@pytest.mark.parametrize("quick_view", [False, True], ids=["labelling", "quick-view"])
@pytest.mark.parametrize(
    ("article", "mode"), [("long", "light"), ("sample", "dark"), ("own", "light"), ("own", "dark")]
)
@pytest.mark.timeout(900)
def test_each_claim_is_wholly_in_view(
    owner: Client,
    ada: Reviewer,
    new_title: Callable[[], str],
    log_in: LogIn,
    article: str,
    mode: str,
    quick_view: bool,
) -> None:
    project = open_project(owner, new_title(), "article")
    apply(owner, project, plan(owner, project, *ARTICLES[article](), layout="article", terms=TERMS))
    page = log_in(ada.credentials, mode=mode)
    walk(page, project, ada.client, quick_view=quick_view)


@pytest.mark.parametrize("layout", ["article", "claim"])
def test_a_claim_its_fields_and_the_questions_are_in_view_at_once(
    owner: Client, ada: Reviewer, new_title: Callable[[], str], log_in: LogIn, layout: Layout
) -> None:
    project, _ = pushed(owner, new_title(), layout, SIXTY)
    page = log_in(ada.credentials)
    begin(page, project)
    if layout == "article":
        expect(page.locator(CLAIMS)).to_have_count(60)
        page.keyboard.press("j")
    expect(page.locator("[name=note]")).to_be_visible()
    bar = page.locator(".lsf-bottombar").bounding_box()
    assert bar
    claim = ".htx-highlight.__active" if layout == "article" else ".desk-claim"
    for part in (claim, ".desk-keys", ".desk-fields", ".desk-book table >> nth=0"):
        box = page.locator(part).first.bounding_box()
        assert box, part
        assert box["x"] >= 0, part
        assert box["y"] >= 0, part
        assert box["x"] + box["width"] <= SCREEN["width"], part
        assert box["y"] + box["height"] <= bar["y"], part
    expect(page.locator(".desk-keys")).to_contain_text("Ctrl+Z undo · Ctrl+Space skip")
    expect(page.locator(".desk-bar .lsf-labels, .desk-own .lsf-choices").first).to_be_in_viewport()
    expect(page.locator(".lsf-sidepanels__wrapper_align_right")).to_be_hidden()
