"""A project with claims of another article mixed in, which an editor had decided there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from annotate.report import decided_claims, read_answers
from annotate.report.exporters import exporters, report_data
from annotate.report.gold import GoldAnswer, GoldAnswers, GoldFigures, gold_answers, gold_figures
from annotate.studio import GoldArticle, Layout, Terms, gold_tasks, origin_of
from annotate.studio.format import is_gold
from annotate.studio.gold import mixed
from tests.report.answers import Raw, decide, exported, label, project, send
from tests.specimen import BRIDGE, specimen

ADA, BO, CLEO, EDITOR = 1, 2, 3, 4
FACT, REPORT, OPINION = "checkable_fact", "attributed_report", "opinion"
ARTICLE = specimen()
CLAIMS = [claim.claim_id for claim in ARTICLE[1]]

MILL = """# The mill by the weir

{The mill has stood empty since 2004.|checkable_fact} {It is the ugliest house in Tarn.|opinion}

{Its owner says that he will sell it in autumn.|attributed_report|Its owner}
{The roof fell in last winter.|checkable_fact}

# Who pays

{The parish set 40,000 crowns aside.|checkable_fact} {That is far too little.|opinion}

{Nobody has bid so far.|checkable_fact}
"""
MILL_ID = "mill-by-the-weir"
_ARTICLE, MILL_CLAIMS, MILL_SKIPS = specimen(MILL, article_id=MILL_ID)
MILL_ARTICLE = replace(_ARTICLE, address="https://tarn-post.example/mill")


def decided_bridge(labels: dict[int, str] | None = None) -> Raw:
    """Return the project of the bridge, in which an editor decided some claims that Cleo judged."""
    raw = project()
    raw["project"]["key"] = "bridge-at-orrin"
    raw["users"]["4"] = {"email": "user4@desk.example", "name": "Mara Ek"}
    chosen = labels if labels is not None else {0: FACT, 1: REPORT, 2: OPINION, 6: FACT}
    for at, chosen_label in chosen.items():
        label(raw, CLAIMS[at], by=CLEO, as_=OPINION)
        decide(raw, CLAIMS[at], by=EDITOR, as_=chosen_label)
    return raw


def pool(raw: Raw) -> tuple[GoldArticle, ...]:
    return decided_claims(read_answers(raw), key=raw["project"]["key"]).articles


def host(*, layout: Layout = "article") -> Raw:
    raw = project(MILL_ARTICLE, MILL_CLAIMS, MILL_SKIPS, layout=layout, title="The mill by the weir")
    raw["project"] |= {"key": MILL_ID, "annotators": 2}
    raw["users"]["4"] = {"email": "user4@desk.example", "name": "Mara Ek"}
    return raw


def with_gold(raw: Raw, origin: Raw, chosen: Sequence[int] = (0, 1, 2, 6)) -> list[dict[str, Any]]:
    """Mix decided claims of the bridge into a project, and return their tasks."""
    layout = raw["project"]["layout"]
    (article,) = pool(origin)
    made = gold_tasks(
        MILL_ARTICLE, article, [CLAIMS[at] for at in chosen], layout=layout, terms=Terms(codebook="1.0")
    )
    tasks = [
        {**exported(task, number=900 + number), "meta": task["meta"]}
        for number, task in enumerate(mixed([], made, existing=[], whole=len(raw["tasks"])))
    ]
    raw["tasks"] += tasks
    return tasks


def answer(raw: Raw, at: int, *, by: int, as_: str | None, when: str = "") -> None:
    """Answer a decided claim of the bridge where it stands in the other project."""
    label(raw, gold_id(raw, at), by=by, as_=as_, at=when)


def gold_id(raw: Raw, at: int) -> str:
    origins = [origin_of(task) for task in raw["tasks"] if is_gold(task)]
    names = {claim.claim_id: name for each in origins if each for name, claim in each.decided.items()}
    return names[CLAIMS[at]]


def figures(raw: Raw, *origins: Raw) -> GoldFigures:
    decided = {
        each["project"]["key"]: decided_claims(read_answers(each), key=each["project"]["key"])
        for each in origins
    }
    found = gold_answers(raw, decided)
    assert found
    return gold_figures(found)


def corrected(raw: Raw, old: str, new: str) -> None:
    """Send the bridge again with other words."""
    send(raw, *specimen(BRIDGE.replace(old, new)))


def judged_twice(*, gold: bool, layout: Layout) -> Raw:
    """Return a project with answers, with or without gold that is answered too."""
    raw = host(layout=layout)
    if gold:
        with_gold(raw, decided_bridge())
    for claim in MILL_CLAIMS:
        label(raw, claim.claim_id, by=ADA, as_=FACT, at="2031-05-06T09:00:00Z")
        label(raw, claim.claim_id, by=BO, as_=OPINION if claim.index % 2 else FACT, at="2031-05-06T10:00:00Z")
    decide(raw, MILL_CLAIMS[1].claim_id, by=EDITOR, as_=OPINION)
    for at in (0, 1, 2, 6) if gold else ():
        answer(raw, at, by=ADA, as_=OPINION, when="2031-05-07T09:00:00Z")
        answer(raw, at, by=BO, as_=FACT, when="2031-05-07T10:00:00Z")
    return raw


def weeks_of_answers() -> GoldFigures:
    """Return the figures of two people over some weeks, one of whom agrees less than before."""
    answers = [
        GoldAnswer(name, "bridge-at-orrin", f"c{at}", text, FACT, FACT if sign == "+" else OPINION, day(at))
        for name, signs in (("Ada Lund", "+" * 12 + "-" + "+" * 22), ("Bo Marsh", DRIFTING))
        for at, sign in enumerate(signs)
        for text in (ARTICLE[1][at % len(ARTICLE[1])].text,)
    ]
    return gold_figures(GoldAnswers(tuple(answers), {"judged before": 11}, 41, 0, 0))


DRIFTING = "+" * 10 + "--" + "+" * 9 + "+-" * 9 + "--"  # 19 of 21, then 9 of 20


def day(number: int) -> str:
    """Return a moment of the day so many days after 1 April, at nine."""
    return f"2031-{4 + number // 30:02}-{number % 30 + 1:02}T09:00:00Z"


def report_page(gold: GoldFigures) -> bytes:
    """Return the report page of a project with these figures."""
    data = report_data(read_answers(judged_twice(gold=True, layout="article")), key=MILL_ID)
    page = next(each for each in exporters() if each.name == "report.html").export(replace(data, gold=gold))
    assert page
    return page
