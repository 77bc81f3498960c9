"""Blocks of Markdown files."""

from annotate.article.reading.markdown import markdown_blocks, markdown_fields

TEXT = """\
---
title: "A Plan for the Quay"
author: Ana Ruiz
date: 2025-05-12
---
# A Plan for the Quay

By Ana Ruiz

The council voted
for the plan. It was *close*.

> We will not
> pay for it.

- The survey starts in June.
- Trucks
  are banned.
  1. No exception was made.

![Divers](quay.jpg)

**What Comes Next**

| year | boats |
|------|-------|
| 2018 | 212   |

```
not prose
```

The mayor left early.

[1]: https://news.example
"""


def test_kinds_and_words() -> None:
    found = [(block.kind, TEXT[block.start : block.end]) for block in markdown_blocks(TEXT)]
    assert found[1:] == [
        ("heading", "A Plan for the Quay"),
        ("byline", "By Ana Ruiz"),
        ("body", "The council voted\nfor the plan. It was *close*."),
        ("quote", "We will not\n> pay for it."),
        ("list_item", "The survey starts in June."),
        ("list_item", "Trucks\n  are banned."),
        ("list_item", "No exception was made."),
        ("boilerplate", "![Divers](quay.jpg)"),
        ("heading", "**What Comes Next**"),
        ("boilerplate", "| year | boats |\n|------|-------|\n| 2018 | 212   |"),
        ("boilerplate", "```\nnot prose\n```"),
        ("body", "The mayor left early."),
    ]
    assert found[0][0] == "boilerplate"


def test_front_matter() -> None:
    assert markdown_fields(TEXT) == {
        "title": "A Plan for the Quay",
        "author": "Ana Ruiz",
        "date": "2025-05-12",
    }
    assert markdown_fields("No front matter.\n\n---\ntitle: not here\n---\n") == {}


def test_form_feed_and_line_separators_do_not_shift_blocks() -> None:
    text = "One\x0cpage\u2028here.\n\nThe next one.\n"
    assert [text[b.start : b.end] for b in markdown_blocks(text)][-1] == "The next one."
