"""Markdown: its blocks, and the signs in it that no reader reads as words."""

from annotate.article.reading.markdown.blocks import markdown_fields, read_markdown

__all__ = ["markdown_fields", "read_markdown"]
