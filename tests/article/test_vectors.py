"""Sentence vectors: the same words always give the same one, like words give near ones."""

from pathlib import Path

import numpy as np
import pytest

from annotate.article.nlp.embeddings import MOST_PIECES, NETWORK, SHA256, WIDTH, embed, missing, wrong_file

SENTENCES = [
    "The council voted for the bridge.",
    "The town council approved the new bridge over the river.",
    "Oranges taste best in winter, when the ferry brings them from the south and the market smells of them.",
]


def test_the_packages_are_there() -> None:
    assert missing() == ""


def test_vectors_have_length_one_and_tell_what_is_alike() -> None:
    vectors = embed(SENTENCES)
    assert vectors.shape == (3, WIDTH)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    alike = vectors @ vectors.T
    assert alike[0, 1] > 0.6
    assert alike[0, 2] < 0.3


def test_a_sentence_has_the_same_vector_in_any_company() -> None:
    alone = np.concatenate([embed([sentence]) for sentence in SENTENCES])
    assert np.array_equal(alone, embed(SENTENCES))
    assert np.array_equal(alone[::-1], embed(SENTENCES[::-1]))


def test_batches_of_any_size_and_order_give_the_same_vectors() -> None:
    many = [f"{'The crew mended the old nets. ' * (n % 5)}Boat {n} left." for n in range(60)]
    alone = np.concatenate([embed([sentence]) for sentence in many])
    assert np.array_equal(alone, embed(many))
    assert np.array_equal(alone[::-1], embed(many[::-1]))
    assert np.array_equal(alone[::7], embed(many[::7]))


def test_words_are_cut_as_the_network_was_taught() -> None:
    small, capital = embed(["the mayor’s café reopened", "The Mayor’s Cafe reopened"])
    assert np.array_equal(small, capital)  # small letters, accents stripped


def test_what_stands_behind_the_longest_reading_is_not_read() -> None:
    long = "bridge " * MOST_PIECES
    assert np.array_equal(embed([long])[0], embed([long + "oranges " * 50])[0])


@pytest.mark.parametrize(
    "words", ["", " ", "\x00", "\ud800 half", "\N{ZERO WIDTH SPACE}", "a" * 100_000, "🌉" * 900]
)
def test_no_words_break_it(words: str) -> None:
    (vector,) = embed([words])
    assert np.isfinite(vector).all()


def test_another_file_is_refused(tmp_path: Path) -> None:
    other = tmp_path / "model.onnx"
    other.write_bytes(b"another network")
    assert wrong_file(NETWORK, SHA256) == ""
    assert "is not the file that belongs here" in wrong_file(other, SHA256)
    assert "cannot be read" in wrong_file(tmp_path / "none.onnx", SHA256)
