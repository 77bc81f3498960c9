"""Articles corrected at random after they were labelled: every answer stays with its words."""

from __future__ import annotations

import hashlib
import random
from collections import Counter
from dataclasses import replace

import pytest

from annotate.article.ids import claim_ids
from annotate.labels import LABELS
from annotate.model import Article, Claim, Label
from annotate.report.frames import claims_table, read_answers
from annotate.report.frames.articles import restore
from annotate.studio import Plan, read_project
from annotate.studio.format import Layout, carrying, revision_of
from tests.plans import blank
from tests.report.answers import Raw, exported, label, project
from tests.specimen import specimen

pytestmark = pytest.mark.slow

SENTENCES = [
    f"{who} {did} {what}."
    for who in ("The mayor", "A pilot", "Nobody in the parish", "The ferry company")
    for did in ("bought", "lost", "counted", "repaired")
    for what in ("the old bridge", "forty boats", "the lamps of the quay")
]


def marked(words: list[str]) -> str:
    """Return an article of these claims: three a paragraph, a heading before every second paragraph."""
    paragraphs = [words[at : at + 3] for at in range(0, len(words), 3)]
    return "\n\n".join(
        (f"# Part {n // 2}\n\n" if n % 2 == 0 else "") + " ".join(f"{{{w}}}" for w in paragraph)
        for n, paragraph in enumerate(paragraphs)
    )


def article_of(words: list[str]) -> tuple[Article, list[Claim], list]:  # type: ignore[type-arg]
    article, claims, skips = specimen(marked(words), article_id="parish")
    ids = claim_ids("parish", [claim.text for claim in claims])
    return article, [replace(c, claim_id=i) for c, i in zip(claims, ids, strict=True)], skips


def send(raw: Raw, words: list[str], layout: Layout) -> Plan:
    """Push as `sync.apply` does, into raw answers."""
    made = blank(*article_of(words), layout).against(raw["tasks"])
    raw["tasks"] += [exported(t, number=len(raw["tasks"]) + n) for n, t in enumerate(made.tasks(), 101)]
    if made.number:
        carrier = next((t for t in raw["tasks"] if revision_of(t)), raw["tasks"][0])
        carrier["meta"] = carrying(carrier, made.revision())
    return made


def label_of(words: str) -> Label:
    """Return the label that these words get, whoever answers and whenever."""
    return LABELS[int(hashlib.sha256(words.encode()).hexdigest(), 16) % 3]


def corrected(words: list[str], chance: random.Random) -> list[str]:
    """Correct an article in one to five places."""
    after = list(words)
    for _ in range(chance.randint(1, 5)):
        at = chance.randrange(len(after))
        match chance.choice(["insert", "remove", "move", "double", "reword"]):
            case "insert":
                after.insert(at, f"In {chance.randint(1900, 2030)} it rained.")
            case "remove" if len(after) > 3:
                del after[at]
            case "move":
                after.insert(chance.randrange(len(after)), after.pop(at))
            case "double":
                after.insert(chance.randrange(len(after)), after[at])
            case "reword":
                after[at] = after[at].replace("the", "every", 1).replace("forty", "fifty")
            case _:
                pass
    return after


@pytest.mark.parametrize("layout", ["article", "claim"])
@pytest.mark.parametrize("seed", range(50))
def test_every_answer_stays_with_its_words(seed: int, layout: Layout) -> None:
    chance = random.Random(seed)
    words = chance.sample(SENTENCES, 12)
    raw = project(layout=layout) | {"tasks": []}
    send(raw, words, layout)
    for row in claims_table(read_answers(raw)).itertuples():
        label(raw, row.claim_id, by=1, as_=label_of(row.claim))
    for _ in range(3):
        words = corrected(words, chance)
        send(raw, words, layout)
        assert not blank(*article_of(words), layout).against(raw["tasks"]).to_send

    answers = read_answers(raw)
    table = claims_table(answers)
    now = table[table["position"].notna()]
    assert now["claim"].tolist() == words
    (restored,) = restore(read_project(raw).tasks)
    assert restored.text == article_of(words)[0].text

    labelled = table[table["label"].notna()]
    assert labelled["label"].tolist() == [label_of(claim) for claim in labelled["claim"]]
    assert Counter(labelled["claim"]) == Counter(first_words(seed))  # none was lost, none came twice
    still = set(words) & set(first_words(seed))
    assert set(now.loc[now["label"].notna(), "claim"]) == still


def first_words(seed: int) -> list[str]:
    return random.Random(seed).sample(SENTENCES, 12)
