"""Which article a file is, and which project it goes to: weekly columns, renamed files, lost marks, copies."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from annotate import cli
from annotate.config import settings
from annotate.studio import Client, find_project, list_projects, look_at_server
from annotate.studio.format import claims_of, results_of
from annotate.studio.push import identity
from tests.conftest import Reviewer
from tests.pulls import project_folders
from tests.studio.test_rules import configs, edit  # noqa: F401 - a fixture
from tests.studio.work import Desk

pytestmark = pytest.mark.studio
Titles = Callable[[], str]

WEEKS = (
    "The council met on Monday. It voted for the new quay, said Ana Ruiz. The mayor was absent. "
    "Nobody asked the fishermen. The quay costs two million crowns.",
    "Snow closed the pass in March. Two buses stood there all night. The drivers got soup from a farmer. "
    "It was a shame for the county. A plough came at noon.",
    "The theatre opens again. Its roof leaked for nine years. Tickets cost forty crowns. "
    "The first play is dull, wrote the Orrin Gazette. The choir sings on Sunday.",
)


@pytest.fixture
def here(desk: Desk) -> Desk:
    """Return a desk whose folder is the one that commands run in."""
    desk.monkeypatch.chdir(desk.folder)
    return desk


def laid(name: str, text: str) -> str:
    file = Path(name)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return name


def ran(desk: Desk, *command: str, code: int = 0) -> str:
    """Run a command as `Desk.run` does, and give all that it says."""
    desk.monkeypatch.setenv("LABEL_STUDIO_URL", desk.studio.url)
    desk.monkeypatch.setenv("LABEL_STUDIO_API_KEY", desk.studio.credentials.token)
    desk.monkeypatch.setenv("ANNOTATE_EXPORTS", str(desk.exports))
    desk.capsys.readouterr()
    ended = cli.run([*command, "--insecure"] if command[0] in {"push", "pull"} else command)
    told = "\n".join(desk.capsys.readouterr())
    assert ended == code, told
    return told


def standing(client: Client, title: str) -> dict[str, int]:
    """Return how many claims of each article stand in a project."""
    project = find_project(client, title)
    tasks = (task for part in project.parts for task in client.tasks(part.number))
    return dict(Counter(claim.article_id for task in tasks for claim in claims_of(task)))


def sent(told: str) -> list[int]:
    """Return how many claims were sent of each article."""
    return [int(line.split()[0]) for line in told.splitlines() if re.search(" claims? sent, ", line)]


def word(title: str) -> str:
    """Make a file's name of a title that nothing else has."""
    return f"week{title.rsplit(maxsplit=1)[-1]}s"


def of(name: str, text: str) -> str:
    """Return a text that stands in no other project of the run's Label Studio."""
    return re.sub(r"\.(?= |$)", f" in {name.capitalize()}.", text)


def test_a_weekly_column_in_one_project(here: Desk, new_title: Titles) -> None:
    push, headline = ("push", "column.txt", "--project", title := new_title()), "What the week brought\n\n"
    for week, text in enumerate(WEEKS, 1):
        laid("column.txt", headline + text)
        if week > 1:
            for dry in ([], ["--dry-run"]):
                told = ran(here, *push, *dry, code=6)
                assert "--same-article" in told
                assert "--new-article" in told
                assert told.count("annotate: ") == 1
                assert "5 new, 0 unchanged, 0 changed" in told
            assert len(standing(here.owner, title)) == week - 1
            assert sent(ran(here, *push, "--new-article")) == [5]
        else:
            assert sent(ran(here, *push)) == [5]
        assert sent(ran(here, *push)) == [0]
        assert sent(ran(here, *push, "--new-article")) == [0]  # the same command given again
        laid("column.txt", headline + text.replace(" a ", " one ").replace("The ", "This ", 1))
        assert sent(ran(here, *push))[0] in {1, 2, 3}
    assert set(standing(here.owner, title)) == {"column", "column-2", "column-3"}


@pytest.mark.parametrize("headline", [False, True], ids=["no headline", "headline"])
def test_a_weekly_column_in_projects_of_its_own(here: Desk, new_title: Titles, headline: bool) -> None:
    name = word(new_title())
    for week, text in enumerate(WEEKS, 1):
        laid(f"{name}.txt", (f"{name} looks at week {week}\n\n" if headline else "") + of(name, text))
        if week > 1:
            assert "--new-article" in ran(here, "push", f"{name}.txt", code=6)
        assert sent(ran(here, "push", f"{name}.txt", *(["--new-article"] if week > 1 else []))) == [5]
        assert sent(ran(here, "push", f"{name}.txt")) == [0]
    own = {p.key: p for p in list_projects(here.owner) if p.key.startswith(name)}
    assert set(own) == {name, f"{name}-2", f"{name}-3"}
    assert len({project.title for project in own.values()}) == 3
    for key, project in own.items():
        assert standing(here.owner, project.title) == {key: 5}


def test_a_column_that_was_rewritten_is_the_same_when_told(here: Desk, new_title: Titles) -> None:
    push = ("push", "column.txt", "--project", title := new_title())
    for week, text in enumerate(WEEKS):
        laid("column.txt", text)
        assert sent(ran(here, *push, *(["--same-article"] if week else []))) == [5]
        assert sent(ran(here, *push)) == [0]
    assert standing(here.owner, title) == {"column": 15}
    assert "exclude each other" in ran(here, *push, "--same-article", "--new-article", code=2)


def test_files_of_one_name_are_articles_of_their_own(here: Desk, new_title: Titles) -> None:
    title, name = new_title(), word(new_title())
    files = [laid(f"{place}/{name}.txt", of(name, WEEKS[at])) for at, place in enumerate(("north", "south"))]
    for more in (["--project", title], []):
        assert sent(ran(here, "push", *files, *more)) == [5, 5]
        assert sent(ran(here, "push", *files, *more)) == [0, 0]
    assert standing(here.owner, title) == {f"north-{name}": 5, f"south-{name}": 5}
    own = [p for p in list_projects(here.owner) if p.key in {f"north-{name}", f"south-{name}"}]
    assert len({project.title for project in own}) == 2


@pytest.mark.parametrize("whole", [1_000, 0], ids=["small project", "large project"])
def test_labels_stay_whatever_a_file_is_called(here: Desk, new_title: Titles, whole: int) -> None:
    here.monkeypatch.setattr(identity, "WHOLE", whole)
    project = ("--project", title := new_title())
    laid("desk/a.txt", WEEKS[0])
    laid("desk/b.txt", f"Snow in March\n\n{WEEKS[1]}")
    assert sent(ran(here, "push", "desk", *project)) == [5, 5]
    assert sent(ran(here, "push", "desk/a.txt", *project)) == [0]
    assert sent(ran(here, "push", str(here.folder / "desk" / "a.txt"), *project)) == [0]
    there = standing(here.owner, title)
    assert there == {"desk-a": 5, "desk-b": 5}

    here.monkeypatch.chdir(here.folder / "desk")
    told = ran(here, "push", "a.txt", *project)
    assert sent(told) == [0]
    assert "The claims of “a” are in" in told
    assert "“desk-a”" in told
    Path("b.txt").rename("c.txt")
    assert sent(ran(here, "push", ".", *project)) == [0, 0]
    laid("c.txt", f"Snow in spring\n\n{WEEKS[1].replace('at noon', 'at night')}")
    assert sent(ran(here, "push", "c.txt", *project)) == [1]
    laid("d.txt", Path("a.txt").read_text().replace("two million", "three million"))
    Path("a.txt").unlink()
    assert sent(ran(here, "push", "d.txt", *project)) == [1]
    assert standing(here.owner, title) == {"desk-a": 6, "desk-b": 6}

    assert sent(ran(here, "push", "d.txt", "--new-article", *project)) == [5]
    assert sent(ran(here, "push", "d.txt", *project)) == [0]
    laid("e.txt", WEEKS[2])
    assert sent(ran(here, "push", "e.txt", *project)) == [5]
    assert standing(here.owner, title) == {"desk-a": 6, "desk-b": 6, "d": 5, "e": 5}


def test_two_files_that_changed_names_keep_their_labels(here: Desk, new_title: Titles) -> None:
    project = ("--project", title := new_title())
    laid("a.txt", WEEKS[0])
    laid("b.txt", WEEKS[1])
    assert sent(ran(here, "push", ".", *project)) == [5, 5]
    laid("a.txt", WEEKS[1])
    laid("b.txt", WEEKS[0])
    assert sent(ran(here, "push", ".", *project)) == [0, 0]
    assert standing(here.owner, title) == {"a": 5, "b": 5}
    laid("a.txt", WEEKS[2])  # and what stood there is in another file
    laid("c.txt", WEEKS[1])
    assert sent(ran(here, "push", ".", *project)) == [5, 0, 0]
    assert standing(here.owner, title) == {"a": 5, "b": 5, "a-2": 5}


def test_a_project_of_its_own_is_found_after_a_file_was_renamed(here: Desk, new_title: Titles) -> None:
    first, second, third = (word(new_title()) for _ in range(3))
    text = of(first, WEEKS[1])
    ran(here, "push", laid(f"{first}.txt", f"{first} on the pass\n\n{text}"))
    for name, now in (
        (second, f"{first} on the pass\n\n{text}"),
        (third, text.replace("at noon", "at night")),
    ):
        told = ran(here, "push", laid(f"{name}.txt", now))
        assert sent(told) == [int(name == third)]
        assert f"as article “{first}”" in told
    assert {second, third}.isdisjoint(p.key for p in list_projects(here.owner))
    assert sent(ran(here, "push", f"{second}.txt", "--new-article")) == [5]
    assert second in {p.key for p in list_projects(here.owner)}


def test_another_article_of_the_same_headline_gets_a_project_of_its_own(
    here: Desk, new_title: Titles
) -> None:
    name = word(new_title())
    for at, text in enumerate(WEEKS):
        file = laid(f"{name}/{'abc'[at]}.txt", f"{name} editorial\n\n{of(name, text)}")
        assert sent(ran(here, "push", file)) == [5]
    own = [project for project in list_projects(here.owner) if project.title.startswith(f"{name} editorial")]
    assert len({project.title for project in own}) == 3


# --------------------------------------------------------------------------- marks


@pytest.mark.parametrize("retitled", [False, True])
def test_a_project_that_lost_its_mark_is_found_by_its_tasks(
    here: Desk, new_title: Titles, retitled: bool
) -> None:
    owner, title, other = here.owner, new_title(), new_title()
    push = ("push", laid(f"{word(title)}.txt", of(word(title), WEEKS[0])), "--project", title)
    ran(here, *push)
    project = find_project(owner, title)
    born = owner.project(project.number)["description"]
    owner.update_project(project.number, description="Our columns", **({"title": other} if retitled else {}))
    try:
        for command in ((*push, "--dry-run"), ("pull", "--project", title), ("doctor",), push):
            told = ran(here, *command, code=6)
            assert f"{project.settings}" in told
            assert "[claimdesk project=" in told
        assert f"put “{born}” into its description" in told
    finally:
        owner.update_project(project.number, description=born)
    assert sent(ran(here, *push)) == [0]


def test_an_articles_own_project_without_its_mark(here: Desk, new_title: Titles) -> None:
    name = word(new_title())
    push = ("push", laid(f"{name}.txt", of(name, WEEKS[0])))
    ran(here, *push)
    (project,) = (p for p in list_projects(here.owner) if p.key == name)
    born = here.owner.project(project.number)["description"]
    here.owner.update_project(project.number, description="", title=new_title())
    try:
        assert f"put “{born}” into its description" in ran(here, *push, code=6)
    finally:
        here.owner.update_project(project.number, description=born)
    assert sent(ran(here, *push)) == [0]


def test_a_part_without_its_mark_is_not_filled_anew(here: Desk, new_title: Titles) -> None:
    owner, title = here.owner, new_title()
    real = settings.load
    here.monkeypatch.setattr(settings, "load", lambda: replace(real(), tasks_per_project=3))
    push = ("push", laid("pass.txt", WEEKS[1]), "--project", title, "--layout", "claim")
    ran(here, *push)
    (later,) = find_project(owner, title).later
    born = owner.project(later.number)["description"]
    owner.update_project(later.number, description="")
    try:
        for command in (push, ("pull", "--project", title)):
            assert f"put “{born}” into its description at {later.settings}" in ran(here, *command, code=6)
    finally:
        owner.update_project(later.number, description=born)
    assert sent(ran(here, *push)) == [0]


def test_a_copy_gets_no_share_of_the_original(here: Desk, new_title: Titles) -> None:
    owner, title, other = here.owner, new_title(), new_title()
    push = ("push", laid("quay.txt", WEEKS[0]))
    ran(here, *push, "--project", title)
    project = find_project(owner, title)
    ran(here, "pull", "--project", title)
    raw = (here.exports / project.key / "raw.json").read_bytes()
    born = owner.project(project.number)
    copied = {name: born[name] for name in ("description", "label_config")}
    number = owner.create_project(title=other, **copied)
    try:
        owner.import_tasks(number, [{"data": task["data"]} for task in owner.tasks(project.number)])
        told = ran(here, "pull", "--project", other, code=6)
        assert f"“{other}” is a copy of “{title}”" in told
        assert (here.exports / project.key / "raw.json").read_bytes() == raw
        for name in (title, other):
            told = ran(here, *push, "--project", name)
            assert sent(told) == [0]
            assert f"is a copy of “{title}”" in told
            assert f"/projects/{project.number}/" in told
        ran(here, "pull", "--project", title)
        assert (
            json.loads((here.exports / project.key / "raw.json").read_text())["project"]["id"]
            == project.number
        )
        assert f"copy of “{title}”" in "".join(str(check) for check in look_at_server(owner))
        line = ran(here, "pull", "--project", other, code=6).partition("the line “")[2].partition("”")[0]
        owner.update_project(number, description=line)
        ran(here, "pull", "--project", other)
        assert len(project_folders(here.exports)) == 2
    finally:
        owner.sdk.projects.delete(id=number)


# --------------------------------------------------------------------------- dry runs


def test_a_dry_run_ends_as_the_push_would(
    here: Desk,
    new_title: Titles,
    reviewers: tuple[Reviewer, Reviewer],
    configs: Path,  # noqa: F811
) -> None:
    push = ("push", laid("quay.txt", WEEKS[0]), "--layout", "claim", "--project", title := new_title())
    assert "5 new" in ran(here, *push, "--dry-run")
    ran(here, *push)
    task = next(iter(here.owner.tasks(find_project(here.owner, title).number)))
    said = {task["data"]["claim_id"]: {"label": "opinion", "flags": ["garbled"]}}
    reviewers[0].client.answer(task["id"], results_of(task, said))

    for file, before, after, why in (
        ("codebook.md", "Version: 2", "Version: 3", "--new-codebook"),
        ("claim.xml", 'alias="garbled"', 'alias="unreadable"', "garbled"),
        ("codebook.md", "Truth never decides.", "Truth decides.", "raise its version"),
    ):
        text = (configs / file).read_text(encoding="utf-8")
        edit(configs / file, before, after)
        for dry in (["--dry-run"], []):
            told = ran(here, *push, *dry, code=6)
            assert why in told
            assert "5 unchanged" in told
        edit(configs / file, after, before)
        assert (configs / file).read_text(encoding="utf-8") == text
    for dry in (["--dry-run"], []):
        assert "has the claim layout" in ran(here, *push[:2], "--project", title, *dry, code=6)
    assert sent(ran(here, *push)) == [0]
