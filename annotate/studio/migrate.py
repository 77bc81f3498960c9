"""What annotators work under: a project's labeling config and codebook, brought up to date without harm.

The config that is sent is the one of `configs/`. Where answers use a word that it does not have, it is not
sent: the server would take it, and the answers would lose their meaning.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any, NamedTuple

from annotate.config import codebook
from annotate.errors import BadInput, Conflict
from annotate.studio.api import Client, Project, current_codebook, description
from annotate.studio.format import (
    Config,
    Task,
    carried_over,
    codebook_html,
    differences,
    is_made_here,
    parse_config,
    read_config,
    renamed,
)
from annotate.studio.pull import all_of, exported

SHOWN_CLAIMS = 5  # of those that use a vanishing word, in a message


class Question(NamedTuple):
    """What differs in a project, in words, and the flag of `annotate push` that says yes to it."""

    fact: str
    ask: str
    flag: str


@dataclass(frozen=True, slots=True)
class Changes:
    """What differs between a project and `configs/`: its config; the codebook, which was `before`.

    `questions` are those to be answered first: a difference that no annotator would see asks none.
    """

    config: bool
    before: str
    questions: tuple[Question, ...] = ()

    def __bool__(self) -> bool:
        """Return whether anything differs."""
        return self.config or bool(self.before)


def changes_of(project: Project) -> Changes:
    """Compare a project with `configs/`.

    Raises:
        Conflict: where the codebook has other words under a version that is in force already.
    """
    rules, current = codebook(), project.codebooks[-1] if project.codebooks else None
    if current and current.version == rules.version and current.digest != rules.digest:
        raise Conflict(
            f"configs/codebook.md changed but still states version {rules.version}, under which "
            f"“{project.title}” is labelled: raise its version"
        )
    config = read_config(project.layout).xml.strip()
    versions = [part.codebooks[-1].version for part in project.parts if part.codebooks]
    before = next((version for version in versions if version != rules.version), "")
    differs = any(part.config.strip() != config for part in project.parts)
    return Changes(differs, before, tuple(_questions(project, before, rules.version)))


def _questions(project: Project, before: str, version: str) -> Iterator[Question]:
    """Yield what to ask about: answers under two sets of rules, or in two forms, are hard to compare."""
    if before:
        fact = f"“{project.title}” was begun under codebook version {before}, which its answers so far keep"
        fact += f"; configs/codebook.md states version {version}"
        yield Question(fact, f"Go on under version {version}?", "--new-codebook")
    if changes := _config_differences(project):
        fact = f"configs/{project.layout}.xml differs from the labeling config of “{project.title}”"
        yield Question(f"{fact} ({', '.join(changes)})", "Send it?", "--new-config")


def _config_differences(project: Project) -> list[str]:
    """Return what would change in the labeling config of a project, in all its parts together."""
    changes: list[str] = []
    for xml in {part.config: None for part in project.parts}:
        try:
            changes += differences(parse_config(xml), read_config(project.layout))
        except BadInput:  # somebody put what we cannot read into it
            changes.append("without what was changed by hand")
    return list(dict.fromkeys(changes))


def bring_up_to_date(client: Client, project: Project, changes: Changes) -> Project:
    """Send the config and the codebook's version to a project, after a look at its answers.

    Raises:
        Conflict: where answers use a word that the config no longer has, with the claims.
    """
    if not changes:
        return project
    config, rules = read_config(project.layout), codebook()
    if changes.config:
        refuse_unfit(client, project, config)
    new = current_codebook(client.clock()) if changes.before else None
    parts = []
    for part in project.parts:
        versions = part.codebooks
        if new and not (versions and versions[-1].version == new.version):
            versions = (*versions, new)
        client.update_project(
            part.number,
            label_config=config.xml,
            description=description(part.key, part.layout, versions, part=part.part),
            expert_instruction=codebook_html(rules.text),
        )
        parts.append(replace(part, config=config.xml, codebooks=versions))
    return replace(parts[0], later=tuple(parts[1:]))


def refuse_unfit(client: Client, project: Project, config: Config) -> None:
    """Check a config against the answers of a project, by our own look and by the server's.

    Raises:
        Conflict: naming the word that would vanish and claims that use it.
    """
    users: dict[tuple[str, str], list[str]] = {}
    for claim, control, word in words_in_use(_exported(client, project)):
        if control not in config.controls or (
            config.controls[control].values and word not in config.controls[control].values
        ):
            users.setdefault((control, word), []).append(claim)
    for (control, word), claims in users.items():
        more = f" and {len(claims) - SHOWN_CLAIMS} more" if len(claims) > SHOWN_CLAIMS else ""
        raise Conflict(
            f"the labeling config no longer has “{word}” in “{control}”, which answers use "
            f"({', '.join(claims[:SHOWN_CLAIMS])}{more}): restore it, or run "
            f"`annotate studio rename {control} {word} NEW` first"
        )
    try:
        for part in project.parts:
            client.check_config(part.number, config.xml)
    except BadInput as refused:
        raise Conflict(f"{refused}: restore the labeling config with git") from None


def _exported(client: Client, project: Project) -> Iterator[Task]:
    return chain.from_iterable(exported(client, all_of(project)))


def words_in_use(tasks: Iterable[Task]) -> Iterator[tuple[str, str, str]]:
    """Return (claim, control, word) for each choice or label in the answers and drafts of exported tasks."""
    for task in filter(is_made_here, tasks):
        for answer in [*(task.get("annotations") or []), *(task.get("drafts") or [])]:
            for result in answer.get("result") or []:
                for word in chosen_in(result):
                    yield task["data"].get("claim_id") or result["id"], result["from_name"], word


def chosen_in(result: Mapping[str, Any]) -> list[str]:
    """Return the labels or choices of one result."""
    value = result.get("value") or {}
    return [*value.get("labels", []), *value.get("choices", [])]


def rename(client: Client, project: Project, control: str, old: str, new: str) -> int:
    """Carry answers over from one word of a control to another, and return how many changed.

    It can be repeated: an answer that was carried over is left alone. Each answer keeps the moment of its
    last change by a person, and with it its codebook version.

    Raises:
        BadInput: where the config in `configs/` does not have the new word, or still has the old one.
        Conflict: where drafts use the old word: their authors must submit or delete them.
    """
    values = read_config(project.layout).controls[control].values if control in _controls(project) else {}
    if new not in values or old in values:
        raise BadInput(
            f"configs/{project.layout}.xml: put “{new}” in the place of “{old}” in “{control}” first"
        )
    holding: list[tuple[Mapping[str, Any], list[Mapping[str, Any]]]] = []
    for task in filter(is_made_here, _exported(client, project)):
        if any(_holds(draft, control, old) for draft in task.get("drafts") or []):
            raise Conflict(f"drafts of task {task['id']} hold “{old}”: have them submitted or deleted first")
        answers = task.get("annotations") or []
        holding += [(answer, answers) for answer in answers if _holds(answer, control, old)]
    for answer, answers in holding:
        results = [_renamed(result, control, old, new) for result in answer["result"]]
        client.rewrite(answer["id"], carried_over(results, answer, answers))
    return len(holding)


def _controls(project: Project) -> frozenset[str]:
    return frozenset(read_config(project.layout).controls)


def _holds(answer: Mapping[str, Any], control: str, word: str) -> bool:
    return any(
        result.get("from_name") == control and word in chosen_in(result)
        for result in answer.get("result") or []
    )


def _renamed(result: Mapping[str, Any], control: str, old: str, new: str) -> dict[str, Any]:
    if result.get("from_name") != control:
        return renamed(result, control, old, new)
    value = dict(result["value"])
    for kind in ("labels", "choices"):
        if kind in value:
            value[kind] = [new if word == old else word for word in value[kind]]
    return renamed({**result, "value": value}, control, old, new)
