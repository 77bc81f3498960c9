"""The whole way with three simulated reviewers: push, answers of users of their own, pull, report.

    make demo

Nobody needs to sit down for it: the reviewers answer through Label Studio's API, each as a user with a key,
each with a habit of their own. What they answer depends on the claim and the habit alone, so the demo ends at
the same report each time.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from annotate.article import read_article
from annotate.cli import run, screen, screen_tables
from annotate.config import settings
from annotate.labels import LABELS, NEEDS_SOURCE
from annotate.model import Claim
from annotate.studio import (
    Client,
    Credentials,
    Server,
    add_user,
    claims_of,
    connect,
    find_project,
    results_of,
    start,
)

ARTICLE = Path(__file__).parent / "harbour_talks.txt"
PROJECT = "Demo: a harbour without owners"

Answer = dict[str, Any]


def chance(claim: Claim, habit: str) -> float:
    """Return a number in 0..1 that depends on the claim and the habit alone."""
    return int(hashlib.sha256(f"{habit}{claim.claim_id}".encode()).hexdigest()[:8], 16) / 0xFFFFFFFF


def careful(claim: Claim, source: str) -> Answer | None:
    """Takes the suggestion where it is sure, thinks again where it is not; always names the source."""
    found = claim.suggestion
    label = found.label if found else "opinion"
    if found and found.score < 0.6 and chance(claim, "careful") < 0.4:
        label = "checkable_fact" if label == "opinion" else "opinion"
    answer: Answer = {"label": label}
    if label in NEEDS_SOURCE and source:
        answer |= {"source": source, "source_kind": "person" if source.istitle() else "organisation"}
    if found and found.score < 0.5:
        answer["note"] = "A close call."
    return answer


def sceptical(claim: Claim, source: str) -> Answer | None:
    """Lets a fact count only with a number, a year or a name in it; finds much of the rest loaded."""
    label = claim.suggestion.label if claim.suggestion else "opinion"
    if (
        label == "checkable_fact"
        and not any(c.isdigit() for c in claim.text)
        and chance(claim, "sceptical") < 0.35
    ):
        return {"label": "opinion", "flags": ["loaded"]}
    return {"label": label} | ({"source": source} if label in NEEDS_SOURCE and source else {})


def hasty(claim: Claim, source: str) -> Answer | None:
    """Errs on every eighth claim and leaves every tenth as it was."""
    luck = chance(claim, "hasty")
    if luck < 0.1:
        return None
    label = claim.suggestion.label if claim.suggestion else "opinion"
    if luck < 0.225:
        label = LABELS[(LABELS.index(label) + 1) % len(LABELS)]
    return {"label": label}


REVIEWERS: dict[str, Callable[[Claim, str], Answer | None]] = {
    "Ada Careful": careful,
    "Bo Sceptical": sceptical,
    "Cleo Hasty": hasty,
}


def main() -> int:
    """Run the demo; give the exit code of its last step."""
    for variable in ("LABEL_STUDIO_URL", "LABEL_STUDIO_API_KEY"):  # the demo stays on this machine
        os.environ.pop(variable, None)
    options = ["--project", PROJECT]
    if code := run(["push", *options, "--annotators", str(len(REVIEWERS)), str(ARTICLE)]):
        return code
    server = start(settings.load().studio_home)
    for reviewer in reviewers(server):
        client = connect(server.url, reviewer.token)
        answer_all(client, reviewer)
    return run(["pull", *options]) or run(["report", *options])


def reviewers(server: Server) -> list[Credentials]:
    """Return the simulated reviewers, made as users at the first demo; keys stay beside the server's."""
    kept = server.home / "demo-reviewers.json"
    if kept.exists():
        held = json.loads(kept.read_text(encoding="utf-8"))
        return [Credentials(**{**one, "url": server.url}) for one in held]
    made = [add_user(server.credentials, name) for name in REVIEWERS]
    with os.fdopen(os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        json.dump([asdict(one) for one in made], file)
    return made


def answer_all(client: Client, reviewer: Credentials) -> None:
    """Answer each task that this reviewer has not answered yet."""
    name = next(n for n in REVIEWERS if n.lower().replace(" ", ".") == reviewer.email.split("@")[0])
    me = next(user["id"] for user in client.users() if user["email"] == reviewer.email)
    text = read_article(ARTICLE).text
    tasks = client.export(find_project(client, PROJECT).number)
    open_ones = [task for task in tasks if all(done["completed_by"] != me for done in task["annotations"])]
    with screen_tables.progress_bar(f"{name} labels") as tell:
        for done, task in enumerate(open_ones):
            tell(done, len(open_ones))
            given = {
                c.claim_id: said for c in claims_of(task) if (said := REVIEWERS[name](c, source_of(c, text)))
            }
            client.answer(task["id"], results_of(task, given), seconds=4.0 * len(given))
    screen.note(f"{name} answered {len(open_ones)} of {len(tasks)} sections.")


def source_of(claim: Claim, text: str) -> str:
    """Return the words of the source that the program found."""
    source = claim.attribution.source if claim.attribution else None
    return source.of(text) if source else ""


if __name__ == "__main__":
    sys.exit(main())
