"""What works on projects of articles leaves training rounds alone: `annotate watch` and `annotate review`."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from annotate.config import load_settings
from annotate.errors import Conflict
from annotate.studio import Project
from annotate.workflows import open_review
from tests.studio.test_watch import Scenario, Told, environment, put, told_by
from tests.studio.work import Desk
from tests.training_round.conftest import New
from tests.training_round.test_rounds import TRAMS, Titles, answer, decided_project, labels_of, train

pytestmark = [pytest.mark.studio, pytest.mark.timeout(600)]


@pytest.fixture
def source(desk: Desk, new_title: Titles) -> Project:
    """Return a pulled project all of whose claims are decided."""
    project = decided_project(desk, new_title())
    assert desk.run("pull", "--project", project.title)[0] == 0
    return project


def files_in(folder: Path) -> Iterator[tuple[str, float]]:
    return ((str(path), path.stat().st_mtime) for path in sorted(folder.rglob("*")))


def test_a_watch_pulls_and_reports_no_round(desk: Desk, newcomer: New, source: Project) -> None:
    """Not the one made from the watched project, and none that is named."""
    ada = newcomer()
    training = train(desk, ada, "--from", source.title)
    labels, folder = labels_of(desk, training), desk.folder / "columns"
    before = list(files_in(desk.exports / training.key))
    folder.mkdir()
    put(folder / "trams.txt", TRAMS)

    def scenario(told: Told) -> Scenario:
        yield lambda: len(told.of("reported")) == 1
        for task in desk.owner.export(training.number):
            answer(ada.client, task, labels)
        yield told.rounds_later()
        (task, *_) = desk.owner.export(source.number)
        answer(ada.client, task, dict.fromkeys([c["claim_id"] for c in task["data"]["claims"]], "opinion"))
        yield lambda: len(told.of("reported")) == 2

    told = told_by(desk, str(folder), scenario, project=source.title)
    assert {event.where for event in told.of("pulled")} == {f"“{source.title}”"}
    assert [len(told.of(each)) for each in ("pulled", "reported", "problem")] == [2, 2, 0]
    assert not any(training.title in f"{event.where} {event.detail}" for event in told)
    assert list(files_in(desk.exports / training.key)) == before
    with pytest.raises(
        Conflict, match="is a training round, which counts in no figures and takes no articles"
    ):
        told_by(desk, training.title, lambda _: iter([lambda: False]))


def test_a_review_is_of_the_project_and_not_of_the_round_made_from_it(
    desk: Desk, newcomer: New, source: Project
) -> None:
    training = train(desk, newcomer(), "--from", source.title)
    assert desk.run("pull", "--project", training.title)[0] == 0
    claim = next(iter(labels_of(desk, training)))  # both have it
    environment(desk)
    settings = load_settings(editor="Mara Ek")
    for is_pulled in (True, False):
        if not is_pulled:
            shutil.rmtree(desk.exports / source.key)
        review = open_review(claim=claim, settings=settings)
        assert (review.title, review.folder.name) == (source.title, source.key)
        assert len(review.review.claims) == len(TRAMS.strip().splitlines()[2::2])
    with pytest.raises(Conflict, match="is a training round"):
        open_review(training.title, settings=settings)
