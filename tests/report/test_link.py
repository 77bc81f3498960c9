"""The link of a claim opens its task in a real Label Studio."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from annotate.report import read_csv, write_tables
from annotate.studio import Client, Server, open_project, pull_project
from tests.plans import apply, plan
from tests.specimen import specimen


@pytest.mark.studio
@pytest.mark.browser
def test_the_link_opens_the_task(
    studio: Server, owner: Client, new_title: Callable[[], str], browser: Browser, tmp_path: Path
) -> None:
    project = open_project(owner, new_title(), "claim")
    apply(owner, project, plan(owner, project, *specimen(), layout="claim"))
    write_tables(pull_project(owner, project), tmp_path)
    claim = read_csv(tmp_path / "claims.csv").iloc[6]
    page = browser.new_page()
    page.goto(f"{studio.url}/user/login/")
    page.fill("input[name=email]", studio.credentials.email)
    page.fill("input[name=password]", studio.credentials.password)
    page.press("input[name=password]", "Enter")
    page.wait_for_url(lambda url: "/user/login" not in url)
    page.goto(claim["link"])
    page.locator(".lsf-richtext", has_text=claim["claim"]).first.wait_for(timeout=60_000)
    page.close()
