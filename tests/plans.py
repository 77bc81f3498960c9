"""Plans of one article, and what a project holds: what commands do for many articles at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from annotate.model import Article, Claim, Skip
from annotate.studio import Client, Plan, Project, apply_all, repair_all
from annotate.studio.format import DEFAULT_TERMS, Layout, Terms, claims_of, is_ours
from annotate.studio.push.index import ProjectIndex
from annotate.studio.push.planning import Extracted, blank_plans
from annotate.studio.push.sync import compare_all


def blank(article: Article, claims: Sequence[Claim], skips: Sequence[Skip], layout: Layout) -> Plan:
    """Return a plan that is not compared with anything: all its claims are to be sent."""
    return blank_plans([(article, claims, skips)], layout)[0].against([])


def plan_all(
    client: Client,
    project: Project | None,
    extracted: Iterable[Extracted],
    *,
    layout: Layout,
    terms: Terms = DEFAULT_TERMS,
    index: ProjectIndex | None = None,
) -> list[Plan]:
    """Compare articles with what their project holds; without a project all claims are new."""
    return compare_all(client, project, blank_plans(extracted, layout, terms), index)


def plan(
    client: Client,
    project: Project | None,
    article: Article,
    claims: Sequence[Claim],
    skips: Sequence[Skip],
    **options: Any,
) -> Plan:
    """Compare an article with what its project holds; without a project all claims are new."""
    (planned,) = plan_all(client, project, [(article, claims, skips)], **options)
    return planned


def apply(client: Client, project: Project, planned: Plan, **options: Any) -> Plan:
    """Send what a plan says, and return the plan as it was carried out."""
    (applied,) = apply_all(client, project, [planned], **options)
    return applied


def repair(client: Client, project: Project, planned: Plan) -> Plan:
    """Delete the tasks that drifted, and return the plan that sends their claims again."""
    (again,) = repair_all(client, project, [planned])
    return again


def held_claims(client: Client, project: Project) -> Iterator[Claim]:
    """Yield the claims of a project, as they were sent; tasks added by hand hold none."""
    for part in project.parts:
        for task in filter(is_ours, client.tasks(part.number)):
            yield from claims_of(task)
