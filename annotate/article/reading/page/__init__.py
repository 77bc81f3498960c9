"""Web pages: what a reader sees is found, cut into paragraphs, and told apart from what stands around it."""

from annotate.article.reading.page.reader import MOST_ELEMENTS, Page, read_page

__all__ = ["MOST_ELEMENTS", "Page", "read_page"]
