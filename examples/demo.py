"""Push an article, have three simulated annotators label it, pull the answers and write the report.

    make demo

The annotators answer through the API of Label Studio, each as a user with a key and habits of their own. An
answer depends on the claim and the habits only, so the demo writes the same report each time.
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
from annotate.report import pulled_folder
from annotate.studio import Client, Credentials, Server, add_user, connect, find_project, read_config, start
from annotate.studio.format import claims_of, results_of

ARTICLE = Path(__file__).parent / "harbour_talks.txt"
PROJECT = "Demo: a harbour without owners"

#: The codebook's question that decides for a label; an opinion is what is left.
RULINGS = {"attributed_report": "C", "checkable_fact": "E"}

Answer = dict[str, Any]


def chance(claim: Claim, habit: str) -> float:
    """Return a number from 0 to 1 that depends on the claim and the habit only."""
    return int(hashlib.sha256(f"{habit}{claim.claim_id}".encode()).hexdigest()[:8], 16) / 0xFFFFFFFF


def careful(claim: Claim, source: str) -> Answer | None:
    """Accept certain suggestions, reconsider the others, and always name the source and the ruling."""
    suggestion = claim.suggestion
    label = suggestion.label if suggestion else "opinion"
    if suggestion and suggestion.score < 0.6 and chance(claim, "careful") < 0.4:
        label = "checkable_fact" if label == "opinion" else "opinion"
    answer: Answer = {"label": label, "ruling": RULINGS.get(label, "F")}
    if label in NEEDS_SOURCE and source:
        answer |= {"source": source, "source_kind": "person" if source.istitle() else "organisation"}
    if suggestion and suggestion.score < 0.5:
        answer["note"] = "A close call."
    return answer


def sceptical(claim: Claim, source: str) -> Answer | None:
    """Accept many facts only if they contain a digit, and call the others loaded opinions, by question D."""
    label = claim.suggestion.label if claim.suggestion else "opinion"
    if (
        label == "checkable_fact"
        and not any(c.isdigit() for c in claim.text)
        and chance(claim, "sceptical") < 0.35
    ):
        return {"label": "opinion", "flags": ["loaded"], "ruling": "D"}
    return {"label": label} | ({"source": source} if label in NEEDS_SOURCE and source else {})


def hasty(claim: Claim, source: str) -> Answer | None:
    """Skip every tenth claim and choose the wrong label for every eighth."""
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
    """Run the demo and return the exit code of its last step."""
    for variable in ("LABEL_STUDIO_URL", "LABEL_STUDIO_API_KEY"):  # use the local server
        os.environ.pop(variable, None)
    options = ["--project", PROJECT]
    if code := run(["push", *options, "--annotators", str(len(REVIEWERS)), str(ARTICLE)]):
        return code
    server = start(settings.load().studio_home)
    for reviewer in reviewers(server):
        client = connect(server.url, reviewer.token)
        answer_all(client, reviewer)
    if code := run(["pull", *options]) or run(["report", *options]):
        return code
    page = pulled_folder(settings.load().exports, PROJECT) / "report.html"
    screen.note(f"Open {page} in a browser to read the report; `make review` decides the disputes.")
    return 0


def reviewers(server: Server) -> list[Credentials]:
    """Return the simulated annotators; the first demo creates the users and saves their keys."""
    path = server.home / "demo-reviewers.json"
    if path.exists():
        saved = json.loads(path.read_text(encoding="utf-8"))
        return [Credentials(**{**user, "url": server.url}) for user in saved]
    users = [add_user(server.credentials, name) for name in REVIEWERS]
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        json.dump([asdict(user) for user in users], file)
    return users


def answer_all(client: Client, reviewer: Credentials) -> None:
    """Answer each task that this annotator has not answered yet."""
    name = next(n for n in REVIEWERS if n.lower().replace(" ", ".") == reviewer.email.split("@")[0])
    number = next(user["id"] for user in client.users() if user["email"] == reviewer.email)
    text = read_article(ARTICLE).text
    tasks = client.export(find_project(client, PROJECT).number)
    offered = read_config("article").controls  # a desk may leave rulings out
    todo = [task for task in tasks if all(one["completed_by"] != number for one in task["annotations"])]
    with screen_tables.progress_bar(f"{name} labels") as show_progress:
        for done, task in enumerate(todo):
            show_progress(done, len(todo))
            answers = {
                claim.claim_id: {control: words for control, words in answer.items() if control in offered}
                for claim in claims_of(task)
                if (answer := REVIEWERS[name](claim, source_of(claim, text)))
            }
            client.answer(task["id"], results_of(task, answers), seconds=4.0 * len(answers))
    screen.note(f"{name} answered {len(todo)} of {len(tasks)} sections.")


def source_of(claim: Claim, text: str) -> str:
    """Return the words of the source that the program found, or an empty string."""
    source = claim.attribution.source if claim.attribution else None
    return source.of(text) if source else ""


if __name__ == "__main__":
    sys.exit(main())
