"""Articles put together again from their tasks, as they were sent at first and after corrections."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from annotate.model import Claim
from annotate.report.frames import Restored
from annotate.report.frames.articles import GAP, restore
from annotate.studio import read_project
from tests.report.answers import Raw, project, send
from tests.specimen import BRIDGE, specimen

LAYOUTS = ("article", "claim")


def restored(raw: Raw) -> Restored:
    [article] = restore(read_project(raw).tasks)
    return article


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_whole_text_comes_back_with_its_claims_and_skips(layout: str) -> None:
    article, claims, skips = specimen()
    told = restored(project(layout=layout))
    assert told.text == article.text
    assert list(told.claims) == claims
    assert list(told.skips) == skips
    assert (told.title, told.address, told.revision) == (article.title, article.address, article.revision)
    assert told.earlier == ()


# What a correction changes in the specimen article: words taken away, words put there.
CORRECTIONS = {
    "first claim": (
        "{The council closed the old bridge over the Orrin in 1998,",
        "{In 1997 the council closed the bridge,",
    ),
    "middle": ("{It should run every hour.", "{It should run every half hour, also on Sundays."),
    "last claim": ("{The valley deserves better than a timetable.", "{The valley deserves a bridge."),
    "claim added": (
        "{It was a cowardly decision.",
        "{It came without warning.} {It was a cowardly decision.",
    ),
    "section added": (
        "# What the ferry costs",
        "# What the bridge was\n\n{It stood for 90 years.}\n\n# What the ferry costs",
    ),
    "two places": ("Orrin", "Orrin river"),
    "heading alone": ("# What the ferry costs", "# The price of the ferry"),
    "claim deleted": (" {Nobody in the valley was asked.}", ""),
    "section moved": (
        "\n\n# What the ferry costs",
        "\n\n# The other bank\n\nNo claim stands here.\n\n# What the ferry costs",
    ),
    "white space": ("{It was a cowardly decision.|opinion}", "\n   {It was a  cowardly decision.|opinion}"),
}


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("name", CORRECTIONS)
def test_a_corrected_article_reads_as_its_newest_revision(name: str, layout: str) -> None:
    old, new = CORRECTIONS[name]
    article, claims, skips = specimen(BRIDGE.replace(old, new))
    told = restored(send(project(layout=layout), article, by_words(claims), skips))
    assert told.text == article.text
    assert told.skips == tuple(skips)
    assert told.revision == article.revision
    assert [claim.text for claim in told.claims] == [claim.text for claim in claims]
    assert all(told.text[claim.start : claim.end] == claim.text for claim in told.claims)
    before = {claim.text for claim in specimen()[1]}
    assert {claim.text for claim in told.earlier} == before - {claim.text for claim in claims}


def by_words(claims: Sequence[Claim]) -> list[Claim]:
    """Return claims the ids of the specimen where the words are the same: an id does not follow the place."""
    ids = {claim.text: claim.claim_id for claim in specimen()[1]}
    return [replace(claim, claim_id=ids.get(claim.text, f"new-{claim.claim_id}")) for claim in claims]


def test_corrections_follow_each_other() -> None:
    raw = project()
    marked = BRIDGE
    for old, new in CORRECTIONS.values():
        marked = marked.replace(old, new)
        article, claims, skips = specimen(marked)
        send(raw, article, by_words(claims), skips)
    assert restored(raw).text == article.text


def test_where_the_newest_text_was_deleted_missing_parts_leave_a_mark() -> None:
    raw = project(layout="claim")
    del raw["tasks"][2:4]
    assert restored(raw).text == specimen()[0].text
    for task in raw["tasks"]:
        task["meta"] = {"article": {"text": "spoiled"}}
    told = restored(raw)
    assert told.text.count(GAP) == 1
    assert all(told.text[claim.start : claim.end] == claim.text for claim in told.claims)


def test_several_articles_stand_in_the_order_they_were_sent() -> None:
    raw = project()
    article, claims, skips = specimen(article_id="another")
    send(raw, article, [replace(claim, claim_id=f"a-{claim.claim_id}") for claim in claims], skips)
    raw["tasks"].reverse()
    assert [a.article_id for a in restore(read_project(raw).tasks)] == [
        "bridge-at-orrin",
        "another",
    ]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_task_that_was_sent_twice_changes_nothing(layout: str) -> None:
    raw = project(layout=layout)
    before = restored(raw)
    raw["tasks"] += [{**task, "id": task["id"] + 50} for task in raw["tasks"]]
    assert restored(raw) == before
