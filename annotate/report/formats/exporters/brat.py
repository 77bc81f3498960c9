"""brat standoff (https://brat.nlplab.org/standoff.html): a text and its annotations for each article.

Offsets are code points, as brat counts them. A line of a file cannot hold a line break, so a claim across one
is discontinuous: its parts are separated by `;`, and their words by a space.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from annotate.labels import SPECS
from annotate.model import Span
from annotate.report.exporters import ReportData
from annotate.report.formats import CUE, NO_LABEL, SOURCE, Content, Files, MarkedArticle, marked_articles

RELATIONS = {SOURCE: "said_by", CUE: "signalled_by"}  # from a claim to what is marked for it
STATUSES = ("unanimous", "majority", "tie", "single", "unjudged", "adjudicated")


def load() -> Content:
    """Return the function that makes the files."""
    return brat_files


def brat_files(data: ReportData) -> Files:
    """Return `.txt` and `.ann` for each article, and how brat shows them."""
    files = {"annotation.conf": annotation_conf(), "visual.conf": visual_conf()}
    for marked in marked_articles(data):
        files[f"{marked.name}.txt"] = marked.article.text
        files[f"{marked.name}.ann"] = "".join(f"{line}\n" for line in ann_lines(marked))
    return files


def annotation_conf() -> str:
    """Return what may be annotated: labels, sources and cues, and who says what."""
    types = [spec.name for spec in SPECS] + [NO_LABEL]
    relations = [f"{name}\tArg1:{'|'.join(types)}, Arg2:{part}" for part, name in RELATIONS.items()]
    overlaps = "<OVERLAP>\tArg1:<ENTITY>, Arg2:<ENTITY>, <OVL-TYPE>:<ANY>"
    sections: Mapping[str, list[str]] = {
        "entities": [*types, SOURCE, CUE],
        "relations": [*relations, overlaps],
        "events": [],
        "attributes": [f"status\tArg:{'|'.join(types)}, Value:{'|'.join(STATUSES)}"],
    }
    return "\n".join("\n".join([f"[{name}]", *lines, ""]) for name, lines in sections.items())


def visual_conf() -> str:
    """Return the words and colours in which brat shows the labels."""
    labels = [f"{spec.name} | {spec.shown}" for spec in SPECS]
    drawing = [f"{spec.name}\tbgColor:{spec.colour}, borderColor:darken" for spec in SPECS]
    return "\n".join(["[labels]", *labels, "", "[drawing]", "SPAN_DEFAULT\tfgColor:black", *drawing, ""])


def ann_lines(marked: MarkedArticle) -> Iterator[str]:
    """Yield the lines of an article's annotations: claims first, then what is marked for them."""
    text = marked.article.text
    for number, claim in enumerate(marked.claims, 1):
        yield _text_bound(number, claim.label or NO_LABEL, claim.span, text)
        yield f"A{number}\tstatus T{number} {claim.status}"
        yield f"#{number}\tAnnotatorNotes T{number}\tclaim_id {' '.join(claim.claim_id.split())}"
    numbers: dict[tuple[str, Span], int] = {}
    relations = []
    for number, claim in enumerate(marked.claims, 1):
        for part, span in ((SOURCE, claim.source_span), (CUE, claim.cue_span)):
            if span and _has_words(span, text):
                at = numbers.setdefault((part, span), len(marked.claims) + len(numbers) + 1)
                relations.append(f"{RELATIONS[part]} Arg1:T{number} Arg2:T{at}")
    yield from (_text_bound(number, part, span, text) for (part, span), number in numbers.items())
    yield from (f"R{number}\t{words}" for number, words in enumerate(relations, 1))


def _has_words(span: Span, text: str) -> bool:
    return bool(span.of(text).strip())


def _text_bound(number: int, kind: str, span: Span, text: str) -> str:
    parts = list(_parts(span, text))
    offsets = ";".join(f"{part.start} {part.end}" for part in parts)
    return f"T{number}\t{kind} {offsets}\t{' '.join(part.of(text) for part in parts)}"


def _parts(span: Span, text: str) -> Iterator[Span]:
    """Yield a span without its line breaks and tabs; brat takes all for a break that Python does."""
    start = span.start
    for line in span.of(text).replace("\t", "\n").splitlines(keepends=True):
        words = line.splitlines()[0]
        inner = words.strip()
        if inner:
            at = start + words.index(inner)
            yield Span(at, at + len(inner))
        start += len(line)
