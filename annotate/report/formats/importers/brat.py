"""brat standoff (https://brat.nlplab.org/standoff.html): text-bound annotations, sources, rulings."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from annotate.errors import BadInput
from annotate.report.formats import Importer, LabelledSpan, LabelledText, decoded

SAID_BY = "said_by"  # the relation from a claim to its source, as our own export has it

RULING = "ruling"  # the attribute that names the codebook's question that decided

_TEXT_BOUND = re.compile(r"(T\S+)\t(\S+) (\d+ \d+(?:;\d+ \d+)*)(?:\t(.*))?")
_RELATION = re.compile(r"R\S+\t(\S+) Arg1:(\S+) Arg2:(\S+)\s*")
_ATTRIBUTE = re.compile(r"A\S+\t(\S+) (\S+) (\S+)\s*")  # one without a value names no ruling


def load() -> Importer:
    """Return the importer."""
    return Importer(recognises, read)


def recognises(files: Mapping[str, bytes]) -> bool:
    """Return whether there are annotation files."""
    return any(name.endswith(".ann") for name in files)


def read(files: Mapping[str, bytes]) -> list[LabelledText]:
    """Return the texts that have annotations, by name.

    Raises:
        BadInput: where the text of a file is missing, or a line cannot be read.
    """
    return [_labelled(name, files) for name in sorted(files) if name.endswith(".ann")]


def _labelled(name: str, files: Mapping[str, bytes]) -> LabelledText:
    text_name = f"{name.removesuffix('.ann')}.txt"
    if text_name not in files:
        raise BadInput(f"{name} has no text: put {text_name} beside it")
    lines = decoded(files[name], name).split("\n")
    spans = dict(_spans(lines, name))
    for relation in filter(None, map(_RELATION.fullmatch, lines)):
        kind, claim, source = relation.groups()
        if kind == SAID_BY and claim in spans and source in spans:
            spans[claim] = _said_by(spans[claim], spans[source])
    for attribute in filter(None, map(_ATTRIBUTE.fullmatch, lines)):
        kind, claim, value = attribute.groups()
        if kind == RULING and claim in spans:
            spans[claim] = replace(spans[claim], ruling=value)
    text = decoded(files[text_name], text_name, keep_bom=True)  # brat counts it
    return LabelledText(text_name, text, tuple(spans.values()))


def _spans(lines: Sequence[str], name: str) -> Iterator[tuple[str, LabelledSpan]]:
    for at, line in enumerate(lines, 1):
        if not line.startswith("T"):
            continue
        match = _TEXT_BOUND.fullmatch(line.rstrip("\r"))
        if not match:
            raise BadInput(f"{name}, line {at}: no text-bound annotation (T1, a tab, type, start, end)")
        number, label, places, words = match.groups()
        offsets = [int(offset) for offset in re.split("[ ;]", places)]
        yield number, LabelledSpan(min(offsets), max(offsets), label, words or None)


def _said_by(claim: LabelledSpan, source: LabelledSpan) -> LabelledSpan:
    return replace(claim, source=source.words or "")
