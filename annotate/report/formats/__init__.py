"""Formats of other annotation tools: folders that a report writes for them, and their labels read back.

What the formats share is in this folder; each format is a file in `exporters/` or `importers/`, found by its
name (`annotate.registry.EXPORT_FORMATS`, `IMPORT_FORMATS`).
"""

from annotate.report.formats.documents import (
    DAMAGED,
    Importer,
    LabelledSpan,
    LabelledText,
    decoded,
    read_labels,
)
from annotate.report.formats.folders import replace_folder
from annotate.report.formats.label_map import IGNORE, LabelMap, parse_label_map
from annotate.report.formats.marked import (
    CUE,
    NO_LABEL,
    SOURCE,
    Content,
    Files,
    MarkedArticle,
    MarkedClaim,
    marked_articles,
)
from annotate.report.formats.matching import Match, Matched, Miss, match_labels
from annotate.report.formats.tokens import sentences_of, tokens_of
from annotate.report.formats.writing import format_files, formats_in

__all__ = [
    "CUE",
    "DAMAGED",
    "IGNORE",
    "NO_LABEL",
    "SOURCE",
    "Content",
    "Files",
    "Importer",
    "LabelMap",
    "LabelledSpan",
    "LabelledText",
    "MarkedArticle",
    "MarkedClaim",
    "Match",
    "Matched",
    "Miss",
    "decoded",
    "format_files",
    "formats_in",
    "marked_articles",
    "match_labels",
    "parse_label_map",
    "read_labels",
    "replace_folder",
    "sentences_of",
    "tokens_of",
]
