"""A plain endpoint for each test, and one real language model for the whole run."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer

from annotate import workflows
from annotate.article.nlp import language_of  # noqa: F401 - loads the model before a test counts seconds
from annotate.config import load_settings
from annotate.model import Article, Claim, Skip
from annotate.studio.local.processes import end, free_port
from tests.conftest import PREPARED, missing
from tests.llm.plain_endpoint import MODEL, PlainEndpoint

collect_ignore = ["serve.py"]  # it runs in the environment of the model

SERVE = Path(__file__).with_name("serve.py")
ARTICLE = """The bridge at Norrby

The bridge at Norrby opened in 1931. Mayor Ada Lund said on Monday that it was no longer safe.

It is a disgrace.
"""


@dataclass
class Desk:
    """A desk in a folder of its own whose suggestions come from a language model."""

    folder: Path
    patch: pytest.MonkeyPatch
    notes: list[str] = field(default_factory=list)

    def use(self, url: str, model: str = MODEL, **settings: object) -> None:
        """Set an endpoint and settings of [llm]; the file of the desk is written anew."""
        self.patch.setenv("ANNOTATE_LLM_URL", url)
        self.patch.setenv("ANNOTATE_LLM_MODEL", model)
        (self.folder / "configs").mkdir(exist_ok=True)
        lines = "".join(f"{name} = {value}\n" for name, value in settings.items())
        (self.folder / "configs" / "annotate.toml").write_text(f"[llm]\n{lines}")

    def article(self, text: str = ARTICLE, name: str = "bridge.txt") -> Path:
        (self.folder / name).write_text(text, encoding="utf-8")
        return self.folder / name

    def claims(
        self, text: str = ARTICLE, *, suggester: str = "llm", **options: Any
    ) -> tuple[Article, list[Claim], list[Skip]]:
        """Break an article into claims, and keep the notes."""

        class Notes(workflows.Progress):
            def note(inner, message: str) -> None:  # noqa: N805
                self.notes.append(message)

        desk = load_settings(suggester=suggester, **options.pop("settings", {}))
        source = self.article(text)
        return next(workflows.claims(source, workers=1, settings=desk, progress=Notes(), **options))

    @property
    def answers_file(self) -> Path:
        return self.folder / "exports" / "llm.sqlite"


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.chdir(tmp_path)
    for name in ("URL", "MODEL", "KEY"):
        monkeypatch.delenv(f"ANNOTATE_LLM_{name}", raising=False)
    monkeypatch.delenv("ANNOTATE_ALLOW_REMOTE", raising=False)
    monkeypatch.setenv("ANNOTATE_EXPORTS", str(tmp_path / "exports"))
    return Desk(tmp_path, monkeypatch)


@pytest.fixture
def endpoint(desk: Desk) -> Iterator[PlainEndpoint]:
    with HTTPServer(host="127.0.0.1", threaded=True) as server:
        plain = PlainEndpoint(server)
        desk.use(plain.url)
        yield plain


@pytest.fixture(scope="session")
def real_model() -> Iterator[str]:
    """Serve SmolLM2-135M on loopback; yield the address of its API."""
    python = PREPARED / "llm" / "bin" / "python"
    if not python.exists():
        missing("no language model: run `make model`")
    command = [python, SERVE, str(free_port(28_500))]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stdin
        address = process.stdout.readline().strip()
        assert address, "the language model does not start"
        yield f"{address}/v1"
        process.stdin.close()
        end([process.pid])
