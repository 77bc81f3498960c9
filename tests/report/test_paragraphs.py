"""The paragraphs of an article as the page shows them: which kind each one has."""

import pytest

from annotate.article import extract
from annotate.article.reading import text_blocks
from annotate.model import Article, Claim
from annotate.report.page.paragraphs import paragraphs
from annotate.report.page.view_models import Shown

KINDS = {
    "filed": ("ORRIN (AP) — The ferry was closed on Monday.", "body"),
    "caption": ("The mayor opens the bridge. Photo: Ana Ruiz", "caption"),
    "credit-alone": ("(Image: Petra Lund)", "caption"),
    "heading": ("The Ferry and the Bridge", "heading"),
}


def shown(claim: Claim) -> Shown:
    words = dict.fromkeys(
        ("look", "letter", "summary", "status", "source", "source_name", "link", "tokens"), ""
    )
    return Shown(
        anchor="claim", card="card", claim_id=claim.claim_id, text=claim.text, article="quay", section="",
        position=claim.index, is_source_agreed=False, answers=(), **words,
    )  # fmt: skip


@pytest.mark.parametrize(("text", "kind"), KINDS.values(), ids=KINDS)
def test_a_claim_tells_the_kind_of_its_paragraph(text: str, kind: str) -> None:
    article = Article("quay", text, text_blocks(text))
    claims, skips = extract(article)
    found = paragraphs(text, claims, skips, {claim.claim_id: shown(claim) for claim in claims})
    assert [each.kind for each in found] == [kind]
