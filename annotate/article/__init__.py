"""Text in, claims out: an article is read, cut into blocks and sentences, and broken into claims."""

from annotate.article.attribution import find_attributions
from annotate.article.claims import split_claims
from annotate.article.extraction import extract, extract_claims
from annotate.article.many import cores, extract_many
from annotate.article.read import read_article, read_articles
from annotate.article.sentences import split_sentences
from annotate.article.suggest import label_probabilities

__all__ = [
    "cores",
    "extract",
    "extract_claims",
    "extract_many",
    "find_attributions",
    "label_probabilities",
    "read_article",
    "read_articles",
    "split_claims",
    "split_sentences",
]
