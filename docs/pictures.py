"""Take the pictures of the documentation, with a Label Studio of its own in a temporary folder.

    make pictures

Writes `docs/article-layout.png`, `docs/claim-layout.png`, `docs/training.png`, `docs/report.png`,
`docs/review.png`, `docs/gold.png` and `docs/desk.png`, and with `--dark` the layouts in the dark mode beside
them. It needs `.venv-studio`, a Chromium and LibreOffice, and takes about two minutes.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from itertools import product
from pathlib import Path
from typing import Literal

import pypdfium2
from playwright.sync_api import Browser, Page, sync_playwright

from annotate.article import extract, read_article
from annotate.studio import Client, Credentials, bind, connect, open_project, start, stop
from annotate.studio.format import Layout
from annotate.workflows import train_annotators
from tests.plans import apply, plan
from tests.report.gold import report_page, weeks_of_answers
from tests.report.office import Office

HERE = Path(__file__).parent
ARTICLE = HERE.parent / "examples" / "harbour_talks.txt"
SCREEN = {"width": 1366, "height": 768}
PAGE = {"width": 1100, "height": 818}
DEMO = "Demo: a harbour without owners"
PRINTED = (40, 50, 1265, 800)  # of a printed page: left, top, right, bottom
CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
LABELS = "33313332"  # of the first claims; the last of them is the one in the picture, and has a source
TRAINING_LABELS = "33123"  # of the first section; two of them are not the desk's
PLACE = {"article": "{} of 10 judged", "claim": "claim {1} of"}  # what the page says behind so many labels

Mode = Literal["light", "dark"]


def push(client: Client, layout: Layout, mode: Mode) -> str:
    """Push the sample article as a project and return the address of its tasks."""
    article = read_article(str(ARTICLE))
    claims, skips = extract(article)
    project = open_project(client, f"Harbour, {layout} layout, {mode}", layout)
    apply(client, project, plan(client, project, article, claims, skips, layout=layout))
    return project.url


def log_in(browser: Browser, user: Credentials, mode: Mode) -> Page:
    """Open a window and log the user in."""
    window = browser.new_context(viewport=SCREEN, color_scheme=mode, base_url=user.url)
    page = window.new_page()
    page.add_init_script(f"localStorage.setItem('preferred-color-scheme', '{mode.capitalize()}')")
    page.goto("/user/login/")
    page.fill("#email", user.email)
    page.fill("#password", user.password)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "login" not in url)
    return page


def label(page: Page, address: str, layout: Layout) -> None:
    """Label a few claims by keyboard and go back to the last of them."""
    page.goto(address)
    page.get_by_role("button", name="Label All Tasks").first.click()
    page.wait_for_selector(".desk-book table")
    page.wait_for_selector(".claimdesk .keys")
    for done, key in enumerate(LABELS):
        page.get_by_text(PLACE[layout].format(done, done + 1)).wait_for()
        page.keyboard.press(key)
    page.get_by_text(PLACE[layout].format(len(LABELS), len(LABELS) + 1)).wait_for()
    page.keyboard.press("k")
    page.wait_for_timeout(6000)  # until everything is drawn and the notices are gone


def training(browser: Browser, user: Credentials) -> None:
    """Write the picture of the feedback after the first section of a training round."""
    (started,) = train_annotators([user.email])
    page = log_in(browser, user, "light")
    page.goto(started.url)
    page.get_by_role("button", name="Label All Tasks").first.click()
    page.wait_for_selector(".claimdesk .keys")
    for done, key in enumerate(TRAINING_LABELS):
        page.get_by_text(f"{done} of {len(TRAINING_LABELS)} judged").wait_for()
        page.keyboard.press(key)
    page.keyboard.press("f")
    page.wait_for_selector("dialog.claimdesk-training")
    page.wait_for_timeout(6000)  # until the notice is gone
    page.screenshot(path=HERE / "training.png")
    page.context.close()


def demo() -> Path:
    """Run the demo and return the folder of its report."""
    exports = Path(os.environ["ANNOTATE_EXPORTS"])
    subprocess.run([sys.executable, str(HERE.parent / "examples" / "demo.py")], check=True)
    return next(path.parent for path in exports.glob("*/report.html"))


def report(browser: Browser, folder: Path) -> None:
    """Write the picture of a report, from the top of the page."""
    page = browser.new_page(viewport=PAGE)
    page.goto((folder / "report.html").as_uri())
    page.screenshot(path=HERE / "report.png")


def gold(browser: Browser) -> None:
    """Write the picture of the part of a report that shows decided claims, judged again."""
    with tempfile.TemporaryDirectory() as scratch:
        file = Path(scratch) / "report.html"
        file.write_bytes(report_page(weeks_of_answers()))
        page = browser.new_page(viewport=PAGE)
        page.goto(file.as_uri())
        page.locator("section[aria-labelledby=_gold]").screenshot(path=HERE / "gold.png")


def review(browser: Browser) -> None:
    """Write the picture of the review page after a few decisions."""
    command = [sys.executable, "-m", "annotate", "review", "--project", DEMO, "--editor", "Mara Ek"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as reviewing:
        assert reviewing.stdout
        address = reviewing.stdout.readline().strip()
        page = browser.new_page(viewport=PAGE)
        page.goto(address)
        for key in "331":
            page.keyboard.press(key)
            page.wait_for_timeout(1000)
        page.screenshot(path=HERE / "review.png")
        reviewing.send_signal(signal.SIGINT)


def workbook(folder: Path) -> None:
    """Write the picture of the first page of a workbook, as LibreOffice prints it."""
    with tempfile.TemporaryDirectory() as scratch:
        Office(Path(scratch) / "profile").run(
            "--convert-to", "pdf", "--outdir", scratch, folder / "desk.xlsx"
        )
        printed = pypdfium2.PdfDocument(Path(scratch) / "desk.pdf")[0].render(scale=1.6)
        printed.to_pil().crop(PRINTED).save(HERE / "desk.png")


def take(home: Path, user: Credentials, modes: tuple[Mode, ...]) -> None:
    """Write the pictures of both layouts in each mode."""
    client = connect(user.url, user.token)
    bind(client)
    chromium = next((found for name in CHROMIUM if (found := shutil.which(name))), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        layouts: tuple[Layout, ...] = ("article", "claim")
        for layout, mode in product(layouts, modes):
            page = log_in(browser, user, mode)
            label(page, push(client, layout, mode), layout)
            page.screenshot(path=HERE / f"{layout}-layout{'-dark' if mode == 'dark' else ''}.png")
            page.context.close()
        training(browser, user)
        folder = demo()
        report(browser, folder)
        gold(browser)
        workbook(folder)
        review(browser)
        browser.close()


def main() -> None:
    """Start a Label Studio, take the pictures, stop it."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "studio"
        os.environ |= {"ANNOTATE_STUDIO_HOME": str(home), "ANNOTATE_EXPORTS": str(Path(folder) / "exports")}
        try:
            modes: tuple[Mode, ...] = ("light", "dark") if "--dark" in sys.argv else ("light",)
            take(home, start(home, port=18780).credentials, modes)
        finally:
            stop(home)


if __name__ == "__main__":
    main()
