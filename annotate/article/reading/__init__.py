"""Files, addresses, web pages and Markdown, read into blocks."""

from annotate.article.reading.blocks import text_blocks
from annotate.article.reading.clean_view import CleanView, clean_view
from annotate.article.reading.credits import caption_credit, filed_from
from annotate.article.reading.feeds import Refuse, feed_entries
from annotate.article.reading.files import contents_of, read_article, read_listed
from annotate.article.reading.listing import Listed, apart, listed, read_articles

__all__ = [
    "CleanView",
    "Listed",
    "Refuse",
    "apart",
    "caption_credit",
    "clean_view",
    "contents_of",
    "feed_entries",
    "filed_from",
    "listed",
    "read_article",
    "read_articles",
    "read_listed",
    "text_blocks",
]
