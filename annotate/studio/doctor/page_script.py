"""The desk's page script: whether the pages of a Label Studio have it, and what it costs where not."""

from __future__ import annotations

import re

from annotate.errors import AnnotateError
from annotate.studio.api import Client
from annotate.studio.doctor.host_checks import Check, failed, ok, warning
from annotate.studio.local import CLAIM_PARTS, SCRIPT_PATH, Server

PAGE = "user/login/"  # a page that needs no login
TAG = re.compile(rf'<script src="({re.escape(SCRIPT_PATH)}[^"]*)" data-auto-advance="(true|false)"')
ABSENT = (
    "absent: two keys a claim instead of one (a digit, then j), no count of what is left, no key that merges "
    "or splits claims, and a section with unlabelled claims is submitted without a word"
)
OUTDATED = "of an earlier version: the link of a claim opens somebody's answer, and not the claim"
RESTART = "`annotate studio stop`, then `annotate studio start`"
ELSEWHERE = "deploy/README.md says how nginx adds it"


def look_at_page_script(client: Client, server: Server | None, *, auto_advance: bool) -> Check:
    """Check that pages have the desk's scripts; `server` is the local Label Studio, `None` another one.

    `auto_advance` is the setting, which the local one takes at its start.
    """
    try:
        tag = TAG.search(client.page(PAGE))
        is_there = tag and client.page(tag[1].lstrip("/"))
        is_current = is_there and all(client.page(part.lstrip("/")) for part in CLAIM_PARTS)
    except AnnotateError as error:
        return failed("page script", error, "warning")
    if not tag or not is_there:
        return warning("page script", ABSENT, RESTART if server else ELSEWHERE)
    if not is_current:
        return warning("page script", OUTDATED, RESTART if server else ELSEWHERE)
    if server and tag[2] != str(auto_advance).lower():
        return warning("page script", f"auto_advance is {tag[2]} there, and not in the settings", RESTART)
    return ok("page script", f"there, auto_advance is {tag[2]}")
