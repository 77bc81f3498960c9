"""A browser for the page, started once, and a window on the page of `tests/report/islands.py`."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from annotate.model import Decision
from annotate.report import PendingDecisions, write_tables
from tests.report.island_window import open_anew
from tests.report.islands import DISPUTED
from tests.report.islands import islands as island_answers

# As root there is no sandbox; the other flags keep the browser from calling home.
FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    """Return a running Chromium."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield started
        started.close()


WIDE = {"width": 1366, "height": 800}


@pytest.fixture(scope="module")
def islands(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the address of the report, which lacks a decision on the second dispute."""
    folder = tmp_path_factory.mktemp("islands")
    decision = Decision(DISPUTED[1], "opinion", "", 7, 0, 0)
    PendingDecisions(folder).add(decision, editor="Mara Ek", known="")
    return write_tables(island_answers(), folder)[-1].as_uri()


@pytest.fixture(scope="module")
def islands_window(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(bypass_csp=True, viewport=WIDE)  # type: ignore[arg-type]
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.set_default_timeout(15_000)
    yield page
    context.close()


@pytest.fixture
def islands_page(islands_window: Page, islands: str) -> Iterator[Page]:
    """Return the page as it opens, and see that the script did not fail."""
    window, faults = islands_window, list[str]()

    def note(error: object) -> None:
        faults.append(str(error))

    window.on("pageerror", note)
    window.set_viewport_size(WIDE)  # type: ignore[arg-type]
    open_anew(window, islands)
    yield window
    window.remove_listener("pageerror", note)
    assert faults == []
