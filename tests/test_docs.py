"""Documents that would go stale: commands, keys, files and columns that they name exist."""

import re
import subprocess
import tomllib
from contextlib import redirect_stdout
from functools import cache
from importlib.metadata import distribution, requires
from io import StringIO
from pathlib import Path

import pytest

from annotate import __version__, cli
from annotate.config import codebook, word_list
from annotate.studio import read_config

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
GUIDE = README + "".join(page.read_text(encoding="utf-8") for page in sorted((ROOT / "docs").glob("*.md")))
DOCUMENTS = sorted({*ROOT.glob("*.md"), *ROOT.glob("*/*.md"), *ROOT.glob("docs/*/*.md")})


@cache
def help_of(*command: str) -> str:
    with redirect_stdout(StringIO()) as text:
        assert cli.run([*command, "--help"]) == 0
    return text.getvalue()


# Commands in prose are marked as code; in a block of code each line is one.
CODE = re.findall(r"^    (.*)$|`([^`\n]+)`", GUIDE, re.MULTILINE)
COMMAND_LINES = "\n".join(line or words for line, words in CODE)
COMMANDS = sorted(
    set(
        re.findall(
            r"\bannotate ((?:studio |memory )?[a-z][a-z-]*)((?: --[a-z-]+(?: [^-\s`#][^\s`]*)?)*)",
            COMMAND_LINES,
        )
    )
)


@pytest.mark.parametrize(("command", "rest"), COMMANDS)
def test_commands_of_the_guide_exist(command: str, rest: str) -> None:
    text = help_of(*command.split())
    assert f"Usage: annotate {command}" in text
    for option in re.findall(r"--[a-z-]+", rest):
        assert option in text


def test_the_readme_is_short_and_begins_with_its_picture() -> None:
    lines = README.splitlines()
    assert len(lines) <= 120
    pictures = [number for number, line in enumerate(lines) if line.startswith("![")]
    assert len(pictures) == 1
    assert pictures[0] < 6


def test_make_targets_of_the_guide_exist() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    named = set(re.findall(r"(?:^    |`)make ([a-z-]+)", GUIDE + CONTRIBUTING, re.MULTILINE))
    assert named >= {"annotate", "test", "demo", "report"}
    for target in named:
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_help_lists_every_target() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    shown = subprocess.run(["make", "-s"], cwd=ROOT, capture_output=True, check=True).stdout.decode()
    for target in re.findall(r"^([a-z-]+):.*##", makefile, re.MULTILINE):
        assert re.search(rf"^  {target} ", shown, re.MULTILINE), target


def test_each_promise_names_tests_that_exist() -> None:
    page = (ROOT / "docs" / "promises.md").read_text(encoding="utf-8")
    promises = re.split(r"^- ", page, flags=re.MULTILINE)[1:]
    assert len(promises) >= 10
    for promise in promises:
        sentence, _, tests = promise.partition("`")
        assert re.fullmatch(r"[^.]+\.\s+", sentence), f"one sentence a promise: {promise}"
        named = re.findall(r"(tests/[\w/]+\.py)::(test_\w+)`", tests)
        assert named, f"no test: {sentence}"
        assert len(named) == tests.count("`") // 2 + 1, promise
        for file, test in named:
            assert f"\ndef {test}(" in (ROOT / file).read_text(encoding="utf-8"), test


def test_variables_of_the_guide_are_read() -> None:
    source = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "annotate" / "config").glob("*.py"))
    variables = set(re.findall(r"\b(?:LABEL_STUDIO|ANNOTATE)_[A-Z_]+", GUIDE))
    assert len(variables) >= 7
    for variable in variables:
        assert variable in source, variable


@pytest.mark.parametrize(("group", "least"), [((), 9), (("studio",), 9), (("memory",), 5)])
def test_every_command_is_in_the_guide(group: tuple[str, ...], least: int) -> None:
    listed = re.findall(r"^  ([a-z][a-z-]*) ", help_of(*group).partition("Commands:")[2], re.MULTILINE)
    assert len(listed) >= least
    documented = {command for command, _ in COMMANDS} | {"studio", "memory"}
    assert {" ".join((*group, command)) for command in listed} <= documented


def test_links_lead_somewhere() -> None:
    for document in DOCUMENTS:
        for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", document.read_text(encoding="utf-8")):
            assert (document.parent / target).exists(), f"{document.name}: {target}"


@pytest.mark.parametrize("layout", ["article", "claim"])
def test_labels_of_codebook_and_config_agree(layout: str) -> None:
    labels = read_config(layout).labels  # type: ignore[arg-type]
    assert set(labels) == {"opinion", "attributed_report", "checkable_fact"}
    for shown in labels.values():
        assert f"**{shown}**" in codebook().text
    assert re.fullmatch(r"\d+", codebook().version)


def test_examples_of_the_codebook_stand_in_the_sample_article() -> None:
    sample = (ROOT / "examples" / "harbour_talks.txt").read_text(encoding="utf-8")
    table = codebook().text.partition("## One example each")[2].partition("## Rulings")[0]
    examples = [row.split("|")[1].strip() for row in table.splitlines() if row.startswith("| ")][1:]
    assert len(examples) == 3
    for example in examples:
        assert example in sample


def test_word_lists_are_lists_of_words() -> None:
    for file in (ROOT / "configs" / "words").glob("*.txt"):
        lines = [line.split("#")[0].strip() for line in file.read_text(encoding="utf-8").splitlines()]
        entries = [line for line in lines if line]
        assert file.read_text(encoding="utf-8").startswith("#"), f"{file.name} says what it is for"
        assert len(entries) == len(set(entries)) == len(word_list(file.stem)), file.name


def test_the_first_change_of_contributing_works() -> None:
    for path in re.findall(r"`((?:configs|tests|examples|annotate)/[\w./]+)`", CONTRIBUTING):
        assert (ROOT / path).exists(), path


def test_version_stands_once() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["version"] == __version__


def test_no_licence_of_the_gpl_family_is_installed_by_default() -> None:
    seen: set[str] = set()

    def walk(name: str) -> None:
        if name in seen:
            return
        seen.add(name)
        meta = distribution(name).metadata
        said = " ".join(
            [meta.get("License-Expression") or meta.get("License") or "", *(meta.get_all("Classifier") or [])]
        )
        head = said[:400]
        assert not re.search(r"\bA?GPL|General Public License (?!v?2 .*exception)", head) or "LGPL" in head, (
            name
        )
        for requirement in requires(name) or []:
            if "extra ==" not in requirement:
                child = re.match(r"[\w.-]+", requirement)
                try:
                    walk(child[0] if child else "")
                except ModuleNotFoundError:
                    continue  # for another platform

    walk("claimdesk")
    assert len(seen) > 20
