"""A real Chromium, and people who log in by the web page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

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


@pytest.fixture(scope="package")
def sessions() -> dict[str, Any]:
    """Return the cookies of those who logged in before, by e-mail: a login takes two seconds."""
    return {}


@pytest.fixture
def log_in(browser: Browser, studio: Server, sessions: dict[str, Any]) -> Iterator[LogIn]:
    """Return a function that logs a person in, in a browser window of their own."""
    windows = []

    def enter(person: Credentials, *, mode: Literal["light", "dark"] = "light") -> Page:
        known = sessions.get(person.email)
        window = browser.new_context(
            viewport=SCREEN, color_scheme=mode, base_url=studio.url, storage_state=known
        )
        windows.append(window)
        page = window.new_page()
        page.set_default_timeout(20_000)
        page.add_init_script(f"localStorage.setItem('preferred-color-scheme', '{mode.capitalize()}')")
        if known:
            return page
        page.goto("/user/login/")
        page.fill("#email", person.email)
        page.fill("#password", person.password)
        page.keyboard.press("Enter")
        page.wait_for_url(lambda url: "login" not in url)
        sessions[person.email] = {"cookies": window.cookies(), "origins": []}
        return page

    yield enter
    for window in windows:
        window.close()
