"""The desk's page script in a real browser: it runs under the content security policy, which is enforced."""

from __future__ import annotations

import pytest
from playwright.sync_api import Error, expect

from annotate.studio import Server
from annotate.studio.local import SCRIPT_PATH
from tests.browser.conftest import LogIn

pytestmark = [pytest.mark.studio, pytest.mark.browser]

VIOLATIONS = """
window.violations = [];
addEventListener('securitypolicyviolation', (event) => violations.push(event.blockedURI), true);
"""


def test_the_script_runs_and_a_foreign_one_does_not(studio: Server, log_in: LogIn) -> None:
    page = log_in(studio.credentials, script=True)
    page.add_init_script(VIOLATIONS)
    with page.expect_response(lambda response: SCRIPT_PATH in response.url) as given:
        page.goto("/projects/")
    assert given.value.status == 200
    tag = page.locator(f"head > script[src^='{SCRIPT_PATH}?v=']")
    expect(tag).to_have_attribute("data-auto-advance", "true")
    with pytest.raises(Error, match="Content Security Policy"):
        page.add_script_tag(url=f"http://localhost:{studio.port}{SCRIPT_PATH}")  # another origin
    assert [place for place in page.evaluate("violations") if SCRIPT_PATH in place] == [
        f"http://localhost:{studio.port}{SCRIPT_PATH}"
    ]
