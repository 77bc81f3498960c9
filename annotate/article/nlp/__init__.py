"""Language processing: sentences, parses, clauses, quotations, language, sentence embeddings."""

from annotate.article.nlp import embeddings
from annotate.article.nlp.capitals import with_small_letters
from annotate.article.nlp.clauses import (
    AUXILIARIES,
    FINITE_TAGS,
    SUBJECTS,
    VERBAL,
    child_of,
    finite_auxiliary,
    has_auxiliary,
    is_bare,
    is_finite,
    left_edge,
    marker_of,
    subject_of,
)
from annotate.article.nlp.language import ENGLISH, READ, language_of, language_of_sentence, mostly_english
from annotate.article.nlp.parse import Parsed, parse, parse_words
from annotate.article.nlp.quotation_marks import Quoted, kind_of_mark, quoted_in
from annotate.article.nlp.quotations import (
    QUOTES,
    covers,
    lines_of,
    quotations,
    quotations_by_line,
    signature,
    signature_at_end,
    with_plain_marks,
)
from annotate.article.nlp.sentences import choose_splitter, split_sentences, splitter_name, trimmed

__all__ = [
    "AUXILIARIES",
    "ENGLISH",
    "FINITE_TAGS",
    "QUOTES",
    "READ",
    "SUBJECTS",
    "VERBAL",
    "Parsed",
    "Quoted",
    "child_of",
    "choose_splitter",
    "covers",
    "embeddings",
    "finite_auxiliary",
    "has_auxiliary",
    "is_bare",
    "is_finite",
    "kind_of_mark",
    "language_of",
    "language_of_sentence",
    "left_edge",
    "lines_of",
    "marker_of",
    "mostly_english",
    "parse",
    "parse_words",
    "quotations",
    "quotations_by_line",
    "quoted_in",
    "signature",
    "signature_at_end",
    "split_sentences",
    "splitter_name",
    "subject_of",
    "trimmed",
    "with_plain_marks",
    "with_small_letters",
]
