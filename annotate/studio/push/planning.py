"""The plan of a push: an article compared with its project; pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher
from typing import Any, Literal

from annotate.article import under_id
from annotate.errors import BadInput
from annotate.model import Article, Claim, Skip
from annotate.order import Order
from annotate.studio.format import (
    DEFAULT_TERMS,
    Layout,
    Revision,
    Task,
    Terms,
    check_tasks,
    check_words,
    claim_tasks,
    claims_of,
    digest_of,
    is_ours,
    newest,
    packed_revision,
    read_config,
    revision_of,
    section_tasks,
)
from annotate.text import fold_spaces

SIMILAR = 0.6  # of their words, for claims to count as the old ones reworded
MOST_PARTS = 4  # of a claim that was split, or of one that was merged
MOST_BYTES = 20_000_000  # of an article's text

Extracted = tuple[Article, Sequence[Claim], Sequence[Skip]]


@dataclass(frozen=True, slots=True)
class Change:
    """Claims that went, and those that came in their place with similar words; on one side is only one."""

    before: tuple[Claim, ...]
    after: tuple[Claim, ...]

    @property
    def kind(self) -> Literal["changed", "split", "merged"]:
        """What became of the words: one claim for one, several for one, one for several."""
        return "merged" if len(self.before) > 1 else "split" if len(self.after) > 1 else "changed"


@dataclass(frozen=True, slots=True)
class Drift:
    """A change that somebody made to a project by hand, so that it is not what was sent.

    `edited` tasks have other data than they were sent with, `doubled` ones have claims that are in another
    task too, `deleted` ones are gone (`tasks` is empty then). `answers` counts submitted answers in `tasks`.
    """

    kind: Literal["edited", "doubled", "deleted"]
    tasks: tuple[int, ...]
    claims: tuple[str, ...]
    answers: int


@dataclass(frozen=True, slots=True)
class Plan:
    """What a push of one article would do.

    `new` and the later halves of `changed` are sent. `gone` claims and the earlier halves of `changed` stay
    in Label Studio with their answers; `answers` counts by claim id the submitted answers to the task that
    holds it. `number` is that of the revision to record once all is sent, 0 where it is recorded, and
    `carrier` the task that carries one already, or may. `existing` is how many claims of the article are in
    the project, those of its newest revision alone where some are. `seen` is the number of tasks in the
    project when the plan was made. `gold` are tasks with decided claims of other articles that are to be
    sent among those of this one, as far as they are not there.
    """

    article: Article
    claims: tuple[Claim, ...]
    skips: tuple[Skip, ...]
    layout: Layout
    terms: Terms = DEFAULT_TERMS
    new: tuple[Claim, ...] = ()
    unchanged: tuple[Claim, ...] = ()
    changed: tuple[Change, ...] = ()
    gone: tuple[Claim, ...] = ()
    drift: tuple[Drift, ...] = ()
    answers: Mapping[str, int] = field(default_factory=dict)
    number: int = 1
    carrier: Task | None = None
    existing: int = 0
    seen: int = 0
    gold: tuple[Task, ...] = ()
    to_send: tuple[Claim, ...] = field(init=False)
    _tasks: list[Task] = field(init=False, default_factory=list, repr=False, compare=False)

    def __post_init__(self) -> None:
        sent = [*self.new, *(claim for change in self.changed for claim in change.after)]
        object.__setattr__(self, "to_send", tuple(sorted(sent, key=lambda claim: claim.start)))

    @property
    def kept(self) -> tuple[float, float]:
        """Return the shares, 0..1, of the new and of the existing claims that stay, unchanged or reworded."""
        after = len(self.unchanged) + sum(len(change.after) for change in self.changed)
        before = len(self.unchanged) + sum(len(change.before) for change in self.changed)
        return after / max(len(self.claims), 1), min(before / max(self.existing, 1), 1.0)

    def under(self, article_id: str) -> Plan:
        """Return a plan for the same article under another id, not compared with anything yet."""
        article, claims = under_id(self.article, self.claims, article_id)
        return Plan(article, tuple(claims), self.skips, self.layout, self.terms)

    def as_sent(self, seen: int) -> Plan:
        """Return the plan for an article whose tasks are just as they were sent: nothing is to be done."""
        return replace(self, unchanged=self.claims, number=0, existing=len(self.claims), seen=seen)

    def ordered(self, order: Order) -> Plan:
        """Return the plan with an order in which its claims go out."""
        return replace(self, terms=replace(self.terms, order=order))

    def against(self, tasks: Iterable[Task], seen: int = 0) -> Plan:
        """Compare the article with its tasks: each has id, data, meta and total_annotations."""
        article_id = self.article.article_id
        ours = [task for task in tasks if is_ours(task) and task["data"]["article_id"] == article_id]
        before = [claim for task in ours for claim in claims_of(task)]
        claims = keeping_ids(before, self.claims)
        new, unchanged, changed, gone = compare(before, claims)
        current = newest(ours).get(article_id)
        same = bool(current and current.revision == self.article.revision)
        return Plan(
            article=self.article,
            claims=tuple(claims),
            skips=self.skips,
            layout=self.layout,
            terms=self.terms,
            new=tuple(new),
            unchanged=tuple(unchanged),
            changed=tuple(changed),
            gone=tuple(gone),
            drift=(
                *_edited(ours),
                *_doubled(ours),
                *(_deleted(claim.claim_id for claim in new) if same else ()),
            ),
            answers={c["claim_id"]: _answers(task) for task in ours for c in task["data"]["claims"]},
            number=0 if same else (current.number if current else 0) + 1,
            carrier=next((t for t in ours if revision_of(t) == current), ours[0]) if ours else None,
            existing=_standing(before, current),
            seen=seen,
        )

    def revision(self) -> dict[str, Any]:
        """Return the revision as a task carries it.

        Raises:
            BadInput: where it is too large, or has characters that no server keeps.
        """
        size = len(self.article.text.encode("utf-8", "surrogatepass"))
        if size > MOST_BYTES:
            raise BadInput(
                f"article {self.article.article_id} has {size / 1e6:.0f} MB, more than "
                f"{MOST_BYTES // 10**6}: split it into several files"
            )
        packed = packed_revision(self.article, self.claims, self.skips, self.number)
        check_words(packed, self.article.article_id)
        return packed

    def tasks(self) -> list[Task]:
        """Return the tasks that carry the claims to send, in their order; they fit the labeling config.

        Raises:
            BadInput: where a claim or a task cannot be sent.
        """
        if self.to_send and not self._tasks:  # made once: this is most of the work of a push
            make = section_tasks if self.layout == "article" else claim_tasks
            only = frozenset(claim.claim_id for claim in self.to_send)
            tasks = make(self.article, self.claims, self.skips, only=only, terms=self.terms)
            check_tasks(tasks, read_config(self.layout))
            self._tasks.extend(tasks)
        return list(self._tasks)


def _standing(claims: Iterable[Claim], current: Revision | None) -> int:
    """Return how many claims of an article a project has, of its newest revision alone where some do."""
    ids = {claim.claim_id for claim in claims}
    return len(ids.intersection(current.places) if current else ()) or len(ids)


def blank_plans(articles: Iterable[Extracted], layout: Layout, terms: Terms = DEFAULT_TERMS) -> list[Plan]:
    """Return plans that are not compared with anything yet."""
    return [Plan(article, tuple(claims), tuple(skips), layout, terms) for article, claims, skips in articles]


# --------------------------------------------------------------------------- drift


def by_article(tasks: Iterable[Task]) -> dict[str, list[Task]]:
    """Return tasks that were sent from here by the id of their article."""
    articles: dict[str, list[Task]] = {}
    for task in filter(is_ours, tasks):
        articles.setdefault(task["data"]["article_id"], []).append(task)
    return articles


def drift_in(tasks: Iterable[Task]) -> list[Drift]:
    """Return what somebody did by hand to the tasks of a project, measured by each article's newest text."""
    drift: list[Drift] = []
    for article_id, ours in by_article(tasks).items():
        revision = newest(ours).get(article_id)
        present = {claim["claim_id"] for task in ours for claim in task["data"]["claims"]}
        missing = [each for each in (revision.places if revision else ()) if each not in present]
        drift += [*_edited(ours), *_doubled(ours), *_deleted(missing)]
    return drift


def _answers(task: Task) -> int:
    return int(task.get("total_annotations") or 0)


def _edited(tasks: Iterable[Task]) -> Iterator[Drift]:
    """Yield tasks whose data is no longer what was sent."""
    edited = [task for task in tasks if task["data"].get("digest") != digest_of(task["data"])]
    if edited:
        yield _drift("edited", edited)


def _doubled(tasks: Iterable[Task]) -> Iterator[Drift]:
    """Yield tasks all of whose claims are in others, which have more answers or are older."""
    kept: set[str] = set()
    surplus = []
    for task in sorted(tasks, key=lambda task: (-_answers(task), int(task.get("id") or 0))):
        ids = {claim["claim_id"] for claim in task["data"]["claims"]}
        if ids <= kept:
            surplus.append(task)
        kept |= ids
    if surplus:
        yield _drift("doubled", surplus)


def _deleted(missing: Iterable[str]) -> Iterator[Drift]:
    """Yield claims of a text that are gone: a text is recorded only when all of them are there."""
    if claims := tuple(missing):
        yield Drift("deleted", (), claims, 0)


def _drift(kind: Literal["edited", "doubled"], tasks: Sequence[Task]) -> Drift:
    claims = dict.fromkeys(str(claim["claim_id"]) for task in tasks for claim in task["data"]["claims"])
    return Drift(kind, tuple(int(t["id"]) for t in tasks), tuple(claims), sum(map(_answers, tasks)))


# --------------------------------------------------------------------------- compare


def keeping_ids(before: Sequence[Claim], after: Sequence[Claim]) -> list[Claim]:
    """Return claims with the ids that their words have in the project already.

    The id of words that occur once changes when they come to occur twice (see `article.ids`), and back. Where
    an id of the project has no claim any more, a claim of the same words that is not in the project takes it:
    the one with most of the old neighbours, else the first.
    """
    existing = {claim.claim_id for claim in before}
    wanted = {claim.claim_id for claim in after}
    free: dict[str, list[int]] = {}
    for at, claim in enumerate(after):
        if claim.claim_id not in existing:
            free.setdefault(fold_spaces(claim.text), []).append(at)
    kept = list(after)
    for at, claim in enumerate(before):
        places = free.get(fold_spaces(claim.text))
        if claim.claim_id not in wanted and places:
            beside = _neighbours(before, at)
            place = max(places, key=lambda place: (len(beside & _neighbours(after, place)), -place))
            places.remove(place)
            wanted.add(claim.claim_id)
            kept[place] = replace(kept[place], claim_id=claim.claim_id)
    return kept


def _neighbours(claims: Sequence[Claim], at: int) -> set[tuple[int, str]]:
    return {(by, fold_spaces(claims[at + by].text)) for by in (-1, 1) if 0 <= at + by < len(claims)}


def compare(
    before: Iterable[Claim], after: Sequence[Claim]
) -> tuple[list[Claim], list[Claim], list[Change], list[Claim]]:
    """Return the new, the unchanged, the changed and the gone claims.

    Claims are changed, split or merged where those that went and those that came are in the same gap between
    unchanged ones and have similar words.
    """
    old = {claim.claim_id: claim for claim in sorted(before, key=lambda claim: claim.start)}
    new = {claim.claim_id: claim for claim in after}
    changed: list[Change] = []
    matcher = SequenceMatcher(a=list(old), b=list(new), autojunk=False)
    olds, news = list(old.values()), list(new.values())
    for what, a, b, c, d in matcher.get_opcodes():
        if what == "replace":
            came = [claim for claim in news[c:d] if claim.claim_id not in old]
            went = [claim for claim in olds[a:b] if claim.claim_id not in new]
            changed += _reworded(went, came)
    settled = {claim.claim_id for change in changed for claim in (*change.before, *change.after)}
    added = [c for c in after if c.claim_id not in old and c.claim_id not in settled]
    gone = [c for c in olds if c.claim_id not in new and c.claim_id not in settled]
    return added, [c for c in after if c.claim_id in old], changed, gone


def _reworded(went: Sequence[Claim], came: Sequence[Claim]) -> Iterator[Change]:
    """Pair claims of one gap, in their order, each with the first that has similar words."""
    i = first = 0
    while i < len(went):
        change = None
        for j in range(first, len(came)):
            change = _alike(went[i:], came[j:])
            if change:
                first = j + len(change.after)
                yield change
                break
        i += len(change.before) if change else 1


def _alike(went: Sequence[Claim], came: Sequence[Claim]) -> Change | None:
    """Return the change that begins with both first claims, where their words are similar enough."""
    sizes = [(1, 1), *((1, n) for n in range(2, MOST_PARTS + 1)), *((n, 1) for n in range(2, MOST_PARTS + 1))]
    fitting = [(a, b) for a, b in sizes if a <= len(went) and b <= len(came)]
    ratios = {(a, b): _likeness(went[:a], came[:b]) for a, b in fitting}
    a, b = max(ratios, key=lambda size: (ratios[size], -sum(size)))
    return Change(tuple(went[:a]), tuple(came[:b])) if ratios[a, b] >= SIMILAR else None


def _likeness(went: Collection[Claim], came: Collection[Claim]) -> float:
    old, new = (" ".join(claim.text for claim in claims).split() for claims in (went, came))
    return SequenceMatcher(a=old, b=new, autojunk=False).ratio()
