"""A real Chromium, and people who log in by the web page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from annotate.studio import Credentials, Server

SCREEN = {"width": 1366, "height": 768}
# Chromium asks Google for this and that at every start; a test has no business there.
QUIET = ["--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
SANDBOXLESS = ["--no-sandbox", "--disable-gpu", "--disable-quic"]

LogIn = Callable[..., Page]


PAUSE = 30  # milliseconds between actions: Label Studio drops keys that follow each other at once


@pytest.fixture(scope="package")
def browser(chromium: str) -> Iterator[Browser]:
    """Return a running Chromium; it ends with this folder, for playwright runs once at a time."""
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(
            executable_path=chromium, args=QUIET + SANDBOXLESS, slow_mo=PAUSE
        )
        yield running
        running.close()


@dataclass
class Windows:
    """The windows of those who logged in before, which keep the scripts of the page: to load them takes seconds."""

    browser: Browser
    url: str
    cookies: dict[str, Any] = field(default_factory=dict)  # by e-mail: a login takes two seconds
    windows: dict[tuple[str, str], BrowserContext] = field(default_factory=dict)

    def page(self, person: Credentials, mode: Literal["light", "dark"], *, script: bool) -> Page:
        """Open a page in a person's window, with the desk's script or without; where there is none yet, log in."""
        window = self.windows.get((person.email, mode))
        if window is None:
            known = self.cookies.get(person.email)
            window = self.windows[person.email, mode] = self.browser.new_context(
                viewport=SCREEN, color_scheme=mode, base_url=self.url, storage_state=known
            )
        page = window.new_page()
        page.set_default_timeout(20_000)
        if not script:
            page.route("**/claimdesk/*", lambda asked: asked.abort())
        page.add_init_script(f"localStorage.setItem('preferred-color-scheme', '{mode.capitalize()}')")
        if person.email not in self.cookies:
            enter(page, person)
            self.cookies[person.email] = {"cookies": window.cookies(), "origins": []}
        return page


def enter(page: Page, person: Credentials) -> None:
    """Log in by the form."""
    page.goto("/user/login/")
    page.fill("#email", person.email)
    page.fill("#password", person.password)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "login" not in url)


@pytest.fixture(scope="package")
def windows(browser: Browser, studio: Server) -> Windows:
    return Windows(browser, studio.url)


@pytest.fixture
def log_in(windows: Windows) -> Iterator[LogIn]:
    """Return a function that opens a page of a person's own; what the page stored goes with the test.

    Without the desk's script the page is one of any Label Studio.
    """
    pages: list[Page] = []

    def opened(
        person: Credentials, *, mode: Literal["light", "dark"] = "light", script: bool = False
    ) -> Page:
        pages.append(windows.page(person, mode, script=script))
        return pages[-1]

    yield opened
    for page in pages:
        page.evaluate("localStorage.clear(), sessionStorage.clear()")
        page.close()
