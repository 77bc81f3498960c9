"""The claims of a pulled project that an editor decided, as gold for other articles; pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from annotate.model import Claim
from annotate.report.frames import Answers, Restored, decisions
from annotate.studio import DecidedClaim, GoldArticle, PulledProject, SentClaim, SentTask, person_code

JUDGED = ("yes", "superseded", "deleted", "merged", "unknown")  # by `counted`: this person saw the claim


@dataclass(frozen=True)
class DecidedClaims:
    """The decided claims of a project, article by article.

    `standing` are the ids of all claims that the newest texts have, decided or not. `corrected` counts the
    decided ones whose words a correction took away.
    """

    articles: tuple[GoldArticle, ...]
    standing: frozenset[str]
    corrected: int

    @property
    def labels(self) -> dict[str, str]:
        """The decided label of each claim, by its id."""
        return {name: claim.label for article in self.articles for name, claim in article.decided.items()}


def decided_claims(answers: Answers, *, key: str) -> DecidedClaims:
    """Return the claims of a project that have a final label and stand in the newest text of their article.

    Args:
        answers: the pulled project.
        key: the project's.
    """
    final = decisions(answers.judgements)
    labels = final.loc[(final["counted"] == "final") & final["label"].notna(), ["label", "annotator"]]
    judges = _judges(answers)
    sent = answers.project.newest_claims()
    decided = {}
    for row in labels.itertuples():
        name, editor = str(row.Index), people_of([str(row.annotator)], answers.project)
        decided[name] = DecidedClaim(name, str(row.label), tuple(sorted(judges.get(name, set()) | editor)))
    articles = [_gold_article(article, key, decided, sent) for article in answers.articles]
    return DecidedClaims(
        tuple(article for article in articles if article.decided),
        frozenset(claim.claim_id for article in articles for claim in article.claims),
        sum(claim.claim_id in decided for article in answers.articles for claim in article.earlier),
    )


def people_of(names: Iterable[str], project: PulledProject) -> set[str]:
    """Return the codes of people whom reports call by these names: of the e-mail where it is known."""
    numbers = {name: number for number, name in project.names.items()}
    spelled = ((name, project.spellings.get(numbers.get(name, 0), ())) for name in names)
    return {person_code(spellings[-1] if spellings else name) for name, spellings in spelled}


def _judges(answers: Answers) -> dict[str, set[str]]:
    """Return by claim the codes of those who judged it."""
    judgements = answers.judgements
    own = judgements[(judgements["ground_truth"] == 0) & judgements["counted"].isin(JUDGED)]
    pairs = own[["claim_id", "annotator"]].drop_duplicates().itertuples(index=False)
    codes: dict[str, set[str]] = {}
    for claim_id, annotator in pairs:
        codes.setdefault(claim_id, set()).update(people_of([annotator], answers.project))
    return codes


def _gold_article(
    article: Restored,
    key: str,
    decided: Mapping[str, DecidedClaim],
    sent: Mapping[str, tuple[SentClaim, SentTask]],
) -> GoldArticle:
    claims = tuple(
        _in_place(claim, sent[claim.claim_id][0].claim)
        for claim in article.claims
        if not sent[claim.claim_id][0].added
    )
    ids = {claim.claim_id for claim in claims} & decided.keys()
    return GoldArticle(
        key,
        article.article_id,
        article.title,
        article.text,
        claims,
        article.skips,
        {name: decided[name] for name in ids},
    )


def _in_place(claim: Claim, sent: Claim) -> Claim:
    """Return a claim without its attribution where it was moved: the places in that are of the older text."""
    return claim if claim.start == sent.start else replace(claim, attribution=None)
