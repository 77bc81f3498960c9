"""A project with all that the report page has to arrive at: two articles, 33 claims, 12 of them disputed."""

from __future__ import annotations

from dataclasses import replace

from annotate.labels import LABELS
from tests.report.answers import Raw, annotation, decide, label, project, send, task_of
from tests.specimen import specimen

FIRST = "\n\n".join(
    f"# Pier {pier}\n\nThe board met in the old net loft, and few of the crews were told of it. "
    + " ".join(
        f"{{{name} {pier} lost {number + 3} berths in the storm of that year, and its crews were moved to "
        "the outer harbour for the winter.|checkable_fact}"
        for number, name in enumerate(("Jetty", "Quay", "Slip", "Dock", "Basin", "Mole", "Wharf", "Landing"))
    )
    + " Nobody had asked for that."
    for pier in (1, 2, 3)
)
LONG = "The harbour register lists " + ", ".join(
    f"the boat Sula {n} of the year {1900 + n}" for n in range(90)
)
SECOND = (
    "# Notes from the sound\n\n{قال المدير إن العبارة تأخرت ثلاث مرات في الأسبوع.|attributed_report} {كان القرار سيئا.|opinion}\n\n"
    f"{{{LONG}.|checkable_fact}} {{It is a fine list.|opinion}}\n\n"
    "{The lamp was lit in May.|checkable_fact} {The keeper was late.|checkable_fact} "
    "{The oil cost 4 crowns.|checkable_fact} {It was a waste.|opinion} Gulls were seen on the wall."
)
PIERS = specimen(FIRST, article_id="piers")
SOUND = specimen(SECOND, article_id="sound")
IDS = [claim.claim_id for _, claims, _ in (PIERS, SOUND) for claim in claims]
#: Where annotators differ: in both articles, with words from right to left, with very long ones.
DISPUTED = [*IDS[0:24:3], *(IDS[at] for at in (24, 25, 26, 31))]
TAKEN_AWAY, DECIDED = IDS[30], (IDS[1], IDS[4])
NOTED, REPORTED = DISPUTED[2], IDS[27]
DRAWN = "Gulls were seen on the wall."


def islands() -> Raw:
    """Return the project: the third annotator has left, one took a claim away, and one drew a claim."""
    article, claims, skips = PIERS
    raw = project(replace(article, title="The piers"), claims, skips, title="Piers and sound")
    article, claims, skips = SOUND
    address = "https://orrin-gazette.example/sound"
    send(raw, replace(article, title="The sound", address=address), claims, skips)
    raw["project"]["annotators"] = 3
    raw["users"]["4"] = {"email": "user4@desk.example", "name": "Dora Quill"}
    for number, claim in enumerate(IDS[:30]):
        for by in (1, 2, 3):
            reported = claim == REPORTED
            split = claim in DISPUTED or claim in DECIDED
            chosen = LABELS[by - 1] if split and number % 2 else LABELS[0 if split and by == 3 else 2]
            chosen = "attributed_report" if reported else chosen
            source = {"source": "the harbour board"} if chosen == "attributed_report" else {}
            label(raw, claim, by=by, as_=chosen, note=f"Why {by} said so." if split else "", **source)
    for by in (1, 2):
        label(raw, DISPUTED[-1], by=by, as_=LABELS[by])
    for claim in DECIDED:
        decide(raw, claim, by=4, as_="opinion", note="Loaded words.")
    decide(raw, NOTED, by=4, as_=None, note="The board will be asked.", fields={})
    task = task_of(raw, TAKEN_AWAY)
    answer = annotation(task, by=1)
    answer["result"] = [result for result in answer["result"] if result["id"] != TAKEN_AWAY]
    start = task["data"]["text"].index(DRAWN)
    value = {"start": start, "end": start + len(DRAWN), "text": "", "labels": ["opinion"]}
    answer["result"].append(
        {"id": "x", "from_name": "label", "to_name": "text", "type": "labels", "value": value}
    )
    del raw["users"]["3"]
    return raw
