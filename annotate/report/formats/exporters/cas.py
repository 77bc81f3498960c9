"""UIMA CAS XMI with its type system, as INCEpTION and other UIMA tools import it: a file for each article.

Claims, sources and cues are spans of the layers `webanno.custom.Claim`, `.Source` and `.Cue`; sentences and
tokens are those of DKPro Core. UIMA counts UTF-16 code units. XML cannot hold most control characters: each
is a U+FFFD there, which moves no offset.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import accumulate
from typing import Any

from lxml import etree

from annotate.model import Span
from annotate.report.exporters import ReportData
from annotate.report.formats import (
    Content,
    Files,
    MarkedArticle,
    MarkedClaim,
    marked_articles,
    sentences_of,
    tokens_of,
)

XMI, CAS = "http://www.omg.org/XMI", "http:///uima/cas.ecore"
ANNOTATION, STRING, INTEGER = "uima.tcas.Annotation", "uima.cas.String", "uima.cas.Integer"
SEGMENTATION = "de.tudarmstadt.ukp.dkpro.core.api.segmentation.type"
META = "de.tudarmstadt.ukp.dkpro.core.api.metadata.type.DocumentMetaData"
SENTENCE, TOKEN = f"{SEGMENTATION}.Sentence", f"{SEGMENTATION}.Token"
CLAIM, SOURCE, CUE = (f"webanno.custom.{name}" for name in ("Claim", "Source", "Cue"))

#: Each type with its supertype and its features.
TYPES: Mapping[str, tuple[str, Mapping[str, str]]] = {
    META: (
        "uima.tcas.DocumentAnnotation",
        dict.fromkeys(("documentTitle", "documentId", "documentUri"), STRING),
    ),
    SENTENCE: (ANNOTATION, {}),
    TOKEN: (ANNOTATION, {}),
    CLAIM: (
        ANNOTATION,
        dict.fromkeys(("label", "claimId", "status", "source", "sourceKind"), STRING) | {"votes": INTEGER},
    ),
    SOURCE: (ANNOTATION, {"claimId": STRING}),
    CUE: (ANNOTATION, {"claimId": STRING}),
}

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def load() -> Content:
    """Return the function that makes the files."""
    return cas_files


def cas_files(data: ReportData) -> Files:
    """Return the type system, and a file for each article."""
    articles = {f"{marked.name}.xmi": xmi(marked) for marked in marked_articles(data)}
    return {"TypeSystem.xml": type_system(), **articles}


def type_system() -> bytes:
    """Return the description of the types in use."""
    namespace = "http://uima.apache.org/resourceSpecifier"
    root = etree.Element(f"{{{namespace}}}typeSystemDescription", nsmap={None: namespace})
    types = etree.SubElement(root, f"{{{namespace}}}types")

    def add(parent: Any, tag: str, words: str = "") -> Any:
        element = etree.SubElement(parent, f"{{{namespace}}}{tag}")
        element.text = words
        return element

    for name, (supertype, features) in TYPES.items():
        described = add(types, "typeDescription")
        for tag, words in {"name": name, "description": "", "supertypeName": supertype}.items():
            add(described, tag, words)
        listed = add(described, "features") if features else None
        for feature, kind in features.items():
            one = add(listed, "featureDescription")
            for tag, words in {"name": feature, "description": "", "rangeTypeName": kind}.items():
                add(one, tag, words)
    return _bytes(root)


def xmi(marked: MarkedArticle) -> bytes:
    """Return an article as a CAS."""
    text = marked.article.text
    units = utf16_offsets(text)
    prefixes = {"xmi": XMI, "cas": CAS} | {
        prefix: _namespace(name) for prefix, name in {"meta": META, "segment": TOKEN, "custom": CLAIM}.items()
    }
    root = etree.Element(f"{{{XMI}}}XMI", {f"{{{XMI}}}version": "2.0"}, nsmap=prefixes)
    etree.SubElement(root, f"{{{CAS}}}NULL", {f"{{{XMI}}}id": "0"})
    sofa = "1"
    numbers = []
    for number, (kind, span, features) in enumerate(_annotations(marked), 2):
        attributes = {"sofa": sofa, "begin": str(units[span.start]), "end": str(units[span.end])}
        attributes |= {name: _readable(words) for name, words in features.items() if words}
        tag = f"{{{_namespace(kind)}}}{kind.rpartition('.')[2]}"
        etree.SubElement(root, tag, {f"{{{XMI}}}id": str(number), **attributes})
        numbers.append(str(number))
    described = {"sofaNum": "1", "sofaID": "_InitialView", "mimeType": "text", "sofaString": _readable(text)}
    etree.SubElement(root, f"{{{CAS}}}Sofa", {f"{{{XMI}}}id": sofa, **described})
    etree.SubElement(root, f"{{{CAS}}}View", {"sofa": sofa, "members": " ".join(numbers)})
    return _bytes(root)


def utf16_offsets(text: str) -> list[int]:
    """Return for each offset in code points the one in UTF-16 code units, that of the end included.

    >>> utf16_offsets("a🌧b")
    [0, 1, 3, 4]
    """
    return list(accumulate((1 + (char > "\uffff") for char in text), initial=0))


def _annotations(marked: MarkedArticle) -> Iterator[tuple[str, Span, dict[str, str]]]:
    """Yield each annotation of an article: its type, its place and its features."""
    article = marked.article
    about = {"documentTitle": article.title, "documentId": marked.name, "documentUri": article.address}
    yield META, Span(0, len(article.text)), {"language": "x-unspecified", **about}
    marks = list(_marks(marked))
    spans = [span for _, span, _ in marks]
    edges = {edge for span in spans for edge in span}
    for sentence in sentences_of(article.text, whole=spans):
        yield SENTENCE, sentence, {}
        yield from ((TOKEN, token, {}) for token in tokens_of(article.text, sentence, edges=edges))
    yield from marks


def _marks(marked: MarkedArticle) -> Iterator[tuple[str, Span, dict[str, str]]]:
    for claim in marked.claims:
        yield CLAIM, claim.span, _features(claim)
        for kind, span in ((SOURCE, claim.source_span), (CUE, claim.cue_span)):
            if span:
                yield kind, span, {"claimId": claim.claim_id}


def _features(claim: MarkedClaim) -> dict[str, str]:
    return {
        "label": claim.label,
        "claimId": claim.claim_id,
        "status": claim.status,
        "votes": str(claim.votes),
        "source": claim.source,
        "sourceKind": claim.source_kind,
    }


def _namespace(kind: str) -> str:
    """Return the XML namespace of a type's package."""
    return f"http:///{kind.rpartition('.')[0].replace('.', '/')}.ecore"


def _readable(words: str) -> str:
    return _NOT_XML.sub("\ufffd", words)


def _bytes(root: Any) -> bytes:
    written: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return written
