"""Files, addresses, web pages and Markdown, read into blocks."""

from annotate.article.reading.addresses import is_address
from annotate.article.reading.blocks import text_blocks
from annotate.article.reading.clean_view import CleanView, clean_view
from annotate.article.reading.credits import (
    STAGE_DIRECTION,
    SpeakerLabel,
    box_label,
    caption_credit,
    filed_from,
    is_verdict,
    speaker_labels,
)
from annotate.article.reading.feeds import Refuse, feed_entries
from annotate.article.reading.fetch import Away, fetch_bytes
from annotate.article.reading.files import contents_of, read_article, read_listed
from annotate.article.reading.listing import Listed, apart, articles_below, listed, read_articles, read_one
from annotate.article.reading.notices import is_notice_sentence

__all__ = [
    "STAGE_DIRECTION",
    "Away",
    "CleanView",
    "Listed",
    "Refuse",
    "SpeakerLabel",
    "apart",
    "articles_below",
    "box_label",
    "caption_credit",
    "clean_view",
    "contents_of",
    "feed_entries",
    "fetch_bytes",
    "filed_from",
    "is_address",
    "is_notice_sentence",
    "is_verdict",
    "listed",
    "read_article",
    "read_articles",
    "read_listed",
    "read_one",
    "speaker_labels",
    "text_blocks",
]
