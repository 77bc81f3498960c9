"""Text in, claims out: an article is read, cut into blocks and sentences, and broken into claims."""

from annotate.article.attribution import find_attributions
from annotate.article.batch import begin, cores, extract_many
from annotate.article.claims import split_claims
from annotate.article.nlp import choose_splitter, split_sentences, splitter_name
from annotate.article.pipeline import extract, extract_claims, under_id
from annotate.article.reading import (
    Away,
    Listed,
    Refuse,
    apart,
    articles_below,
    feed_entries,
    is_address,
    listed,
    read_article,
    read_articles,
    read_listed,
    read_one,
)
from annotate.article.records import FACTS, Record, aside, record
from annotate.article.rows import row_of
from annotate.article.single_sentences import label_probabilities, parts_of
from annotate.article.suggest import SUGGESTED, Model, Shift, Suggester, choose, shift_text, suggester

__all__ = [
    "FACTS",
    "SUGGESTED",
    "Away",
    "Listed",
    "Model",
    "Record",
    "Refuse",
    "Shift",
    "Suggester",
    "apart",
    "articles_below",
    "aside",
    "begin",
    "choose",
    "choose_splitter",
    "cores",
    "extract",
    "extract_claims",
    "extract_many",
    "feed_entries",
    "find_attributions",
    "is_address",
    "label_probabilities",
    "listed",
    "parts_of",
    "read_article",
    "read_articles",
    "read_listed",
    "read_one",
    "record",
    "row_of",
    "shift_text",
    "split_claims",
    "split_sentences",
    "splitter_name",
    "suggester",
    "under_id",
]
