"""The training script, on a corpus written for this test."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from annotate.article.claims.split_weights import read_feature_weights

pytestmark = pytest.mark.slow

#: `|` stands where a claim begins.
SENTENCES = (
    "The ferry left | and the mayor stayed.",
    "The ferry left when the bell rang.",
    "The mill closed, | but its owner kept the land.",
    "The town sold the mill and the quay.",
    "The mayor said that the bridge was safe.",
    "The rain fell | and the crews went home.",
    "The crews went home after the rain fell.",
    "The nets were torn, | so the crews mended them.",
)


def document(name: str, genre: str, marked: tuple[str, ...]) -> str:
    text, sentences, claims = "", [], []
    for sentence in marked:
        begins = len(text)
        for piece in sentence.split("| "):
            claims.append([len(text), len(text) + len(piece.rstrip())])
            text += piece
        sentences.append([begins, len(text)])
        text += " "
    return json.dumps({"id": name, "genre": genre, "text": text, "sents": sentences, "claims": claims})


def train(data: Path, out: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "training.claims", str(data), "--out", str(out)],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def test_the_same_corpus_gives_the_same_file(tmp_path: Path) -> None:
    data = tmp_path / "corpus.jsonl"
    names = [f"doc_{n}" for n in range(8)]
    lines = [document(name, "news", SENTENCES[n % 3 :]) for n, name in enumerate(names)]
    data.write_text("\n".join([*lines, document("other", "essay", SENTENCES)]) + "\n", encoding="utf-8")
    first, second = tmp_path / "first.json", tmp_path / "second.json"
    told = train(data, first)
    train(data, second)
    assert first.read_bytes() == second.read_bytes()
    assert "8 documents" in told  # the essay is left out
    assert "weights      cuts F" in told
    weights = read_feature_weights(first.read_text(encoding="utf-8"), source="first.json")
    assert weights["rule=coordinated_clause"] > 0 > weights["rule=none"]
