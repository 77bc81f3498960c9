"""The script that makes the network of the sentence vectors, on the network that was published."""

import numpy as np
import onnx
import pytest
from onnx import numpy_helper

from annotate.article.nlp import embeddings
from training import published
from training.network import LARGEST_WEIGHT, LAYERS, made

pytestmark = pytest.mark.slow

SENTENCES = [
    "The council voted for the bridge.",
    "Nobody who saw the harbour that night believed a word of it, least of all the crews.",
    "In 2031 the ferry carried 412,000 passengers, 3.5 per cent more than in the year before.",
    "We must not give up; we owe it to those who come after us.",
]


def test_its_vectors_are_nearly_those_of_the_network_that_was_published() -> None:
    near = (embeddings.embed(SENTENCES) * published.embed(SENTENCES)).sum(axis=1)
    assert near.min() > 0.98


def test_the_file_that_ships_can_be_made_again() -> None:
    again = np.frombuffer(made(), dtype=np.uint8)
    ships = np.frombuffer(embeddings.NETWORK.read_bytes(), dtype=np.uint8)
    assert len(again) == len(ships)
    assert np.mean(again == ships) > 0.999  # another processor may round a scale otherwise


def test_no_product_can_overflow_on_a_processor_that_adds_two_of_them_in_16_bits() -> None:
    parts = {each.name: each for each in onnx.load(str(embeddings.NETWORK)).graph.initializer}
    weights = [numpy_helper.to_array(each) for name, each in parts.items() if name.endswith("_weights")]
    assert len(weights) == 4 * LAYERS
    assert max(int(np.abs(each.astype(int)).max()) for each in weights) == LARGEST_WEIGHT
    assert 2 * 255 * LARGEST_WEIGHT < 2**15
