"""Blocks of Markdown files."""

import re
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotate.article import extract, read_article
from annotate.article.reading import clean_view
from annotate.article.reading.markdown import markdown_fields, read_markdown
from annotate.model import Article

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
    found = [(block.kind, TEXT[block.start : block.end]) for block in read_markdown(TEXT).blocks]
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
    assert [text[b.start : b.end] for b in read_markdown(text).blocks][-1] == "The next one."


def test_front_matter_in_toml() -> None:
    text = "+++\ntitle = 'The Quarry'\nauthor = \"Una Perch\"\ndraft = false\n+++\n\nThe quarry is old.\n"
    assert markdown_fields(text) == {"title": "The Quarry", "author": "Una Perch"}
    assert [block.kind for block in read_markdown(text).blocks] == ["boilerplate", "body"]


QUOTED = "> The pit is old. It\n> is deep.\n> **It** is wet.\n"


def test_the_marks_of_a_quotation_belong_to_no_claim() -> None:
    markdown = read_markdown(QUOTED)
    claims, _ = extract(Article("pit", QUOTED, markdown.blocks, unread=markdown.unread))
    assert [claim.text for claim in claims] == ["The pit is old.", "It\n> is deep.", "**It** is wet."]


INLINE = {
    "emphasis": ("The *quarry* is **old**, _very_ __old__.", "The quarry is old, very old."),
    "both": ("***Una Perch*** said *no **never***.", "Una Perch said no never."),
    "inside a word": ("It is un**believ**able.", "It is unbelievable."),
    "no emphasis": ("Two * three is 6, and snake_case_names stay.", "Two * three is 6, and snake_case_names stay."),
    "link": ("[Una Perch](https://linfell.example/a_b_c) said no.", "Una Perch said no."),
    "title": ('See [the file](https://linfell.example "The *file*"), page 9.', "See the file, page 9."),
    "brackets in the address": ("The [pit](https://linfell.example/a_(b)) is old.", "The pit is old."),
    "angle brackets": ("The [pit](<a b.html>) is old.", "The pit is old."),
    "emphasis in a link": ("[**Una** `Perch`](x) said no.", "Una Perch said no."),
    "link in emphasis": ("**[Una Perch](x)** said no.", "Una Perch said no."),
    "brackets in a link": ("[Una [the farmer] Perch](x) said no.", "Una [the farmer] Perch said no."),
    "reference": ("[Una Perch][1] said [no][].\n\n[1]: x\n[no]: y", "Una Perch said no."),
    "short reference": ("[Una Perch] said no.\n\n[Una Perch]: x", "Una Perch said no."),
    "no reference": ("[The clerk] said no.", "[The clerk] said no."),
    "autolink": ("See <https://linfell.example/a> for it.", "See https://linfell.example/a for it."),
    "code": ("The word `quarry` and ``a ` tick``.", "The word quarry and a ` tick."),
    "picture": ("The pit ![a [deep] one](pit.jpg) is old.", "The pit  is old."),
    "struck": ("It cost ~~4~~ 3 million.", "It cost  3 million."),
    "struck by a tag": ("It cost <del>4</del> 3 million.", "It cost  3 million."),
    "tags": ('The <span class="x">pit</span> is <b>old</b>.', "The pit is old."),
    "a note's number": ("The pit is old.<sup>12</sup> It is deep.", "The pit is old. It is deep."),
    "a note's number behind a name": ("Tarn<sup>1</sup> said no.", "Tarn said no."),
    "spaces and dashes by name": ("It lost 4&nbsp;million&mdash;a *lot*&#8230;", "It lost 4\u00a0million—a lot…"),
    "an ampersand of its own": ("R&D; is *old*.", "R&D; is old."),
    "line break before a small letter": ("Tarn left <br/> in *May*.", "Tarn left  in May."),
    "a square metre": ("It holds 40 m<sup>2</sup> of slate.", "It holds 40 m2 of slate."),
    "escape": ("It cost \\*4\\* million\\.", "It cost *4* million."),
    "ampersand": ("Corrie &amp; Sons dig.", "Corrie & Sons dig."),
    "comment": ("The pit <!-- how deep? --> is old.", "The pit  is old."),
    "comment before": ("<!-- ask Ove --> The pit is old.", "The pit is old."),
    "footnote": ("The pit is old.[^1] It is deep[^deep].", "The pit is old. It is deep."),
    "footnote behind bold": ("**The pit is old.**[^1] It is deep.", "The pit is old. It is deep."),
    "note in its place": ("The pit is old.^[So says Ove.] It is deep.", "The pit is old. It is deep."),
    "shortcode": ('The pit {{< ref "pit.md" >}} is old.', "The pit  is old."),
    "liquid": ("The pit {% link pit.md %} is {{ page.age }} old.", "The pit  is  old."),
    "attributes": ("The [pit](x){target=_blank} is old.", "The pit is old."),
    "wiki link": ("[[Una Perch|The farmer]] said no to [[Corrie Slate]].", "The farmer said no to Corrie Slate."),
    "marked": ("The ==pit== is old, and 1 == 1.", "The pit is old, and 1 == 1."),
    "wrapped": ("The pit\nis *very\nold*.", "The pit is very old."),
    "broken word": ("The quar-\nry is old.", "The quarry is old."),
}  # fmt: skip


@pytest.mark.parametrize(("text", "words"), INLINE.values(), ids=INLINE)
def test_signs_inside_a_paragraph(tmp_path: Path, text: str, words: str) -> None:
    file = tmp_path / "quarry.md"
    file.write_text(text)
    view = clean_view(read_article(file)).article
    assert view.blocks[0].span.of(view.text) == words


BLOCKS = {
    "heading": ("## The *Pit* of [Linfell](x) ##\n\nIt is old.", ["The Pit of Linfell", "It is old."]),
    "heading with an id": ("## The Pit {#pit}\n\nIt is old.", ["The Pit", "It is old."]),
    "underlined": ("The *Pit*\n-----\n\nIt is old.", ["The Pit", "It is old."]),
    "quotation": ("> The **pit**\n> is old.\n>\n> It is deep.", ["The pit is old.", "It is deep."]),
    "quotation in an item": ("- Ove says:\n\n  > The pit\n  > is old.", ["Ove says:", "The pit is old."]),
    "lazy quotation": ("> The pit\nis old.", ["The pit is old."]),
    "alert": ("> [!NOTE]\n> The pit is old.", ["The pit is old."]),
    "items": ("* The *pit* is old.\n* It is deep,\n  and wet.", ["The pit is old.", "It is deep, and wet."]),
    "tasks": ("- [ ] ask Ove\n- [x] The pit is old.", ["ask Ove", "The pit is old."]),
    "notes": ("Old.[^1]\n\n[^1]: So says Ove.\n    He knows it.\n\n    All of it.\n[^b]: Una.", ["Old.", "[boilerplate]", "[boilerplate]"]),
    "note that is an address": ("The pit is old.[^1]\n\n[^1]: https://linfell.example", ["The pit is old.", "[boilerplate]"]),
    "abbreviation": ("The pit is old.\n\n*[HTML]: Hyper Text", ["The pit is old.", "[boilerplate]"]),
    "shortcode": ('{{< figure src="x" >}}\n\nThe pit is old.', ["[boilerplate]", "The pit is old."]),
    "liquid": ("{% include x.html\n  a=1 %}\n\nThe pit is old.", ["[boilerplate]", "The pit is old."]),
    "comment": ("<!-- Ask Ove.\n\nHe knows. -->\n\nThe pit is old.", ["[boilerplate]", "[boilerplate]", "The pit is old."]),
    "comment of a template": ("{% comment %} Ask Ove. {% endcomment %}\n\nIt is old.", ["[boilerplate]", "It is old."]),
    "fenced div": ("::: warning\nThe pit is old.\n:::", ["The pit is old."]),
    "table": ("|a|b|\n|-|-|\n|1|2|\n\nThe pit is old.", ["[boilerplate]", "The pit is old."]),
    "linked picture": ("[![The pit](pit.jpg)](x)\n\nIt is old.", ["[boilerplate]", "It is old."]),
    "line break": ("The pit is old.  \nIt is deep.\\\nIt is wet.<br>Ove says so.", ["The pit is old.", "It is deep.", "It is wet.", "Ove says so."]),
    "line break inside a sentence": ("The pit  \nis old.", ["The pit   is old."]),
    "byline": ("# The Pit\n\n*By Una Perch*\n\nIt is old.", ["The Pit", "By Una Perch", "It is old."]),
}  # fmt: skip


@pytest.mark.parametrize(("text", "words"), BLOCKS.values(), ids=BLOCKS)
def test_blocks_as_a_reader_reads_them(tmp_path: Path, text: str, words: list[str]) -> None:
    file = tmp_path / "quarry.md"
    file.write_text(text)
    view = clean_view(read_article(file)).article
    shown = [
        f"[{block.kind}]" if block.kind == "boilerplate" else block.span.of(view.text)
        for block in view.blocks
    ]
    assert shown == words


def test_an_italic_byline_is_one() -> None:
    kinds = [block.kind for block in read_markdown("# The Pit\n\n*By Una Perch*\n\nIt is old.").blocks]
    assert kinds == ["heading", "byline", "body"]


CLAIMS = """\
**Una Perch** told the *Linfell Post* that [the wells](x) had fallen. **The company denies it.**[^1] [Ove Tarn][2], \\
who measured them, said: “It is *true*.” <!-- check --> Nobody asked him, and [the board](y) met without him.

[2]: https://linfell.example
[^1]: In a letter.
"""


def test_claims_hold_their_signs_and_sources_do_not(tmp_path: Path) -> None:
    file = tmp_path / "pit.md"
    file.write_text(CLAIMS)
    article = read_article(file)
    claims, skips = extract(article)
    assert [claim.text for claim in claims] == [
        "**Una Perch** told the *Linfell Post* that [the wells](x) had fallen.",
        "**The company denies it.**[^1]",
        "[Ove Tarn][2], \\\nwho measured them, said: “It is *true*.”",
        "Nobody asked him,",
        "and [the board](y) met without him.",
    ]
    sources = [claim.attribution and claim.attribution.source for claim in claims]
    assert [source and source.of(article.text) for source in sources] == [
        "Una Perch",
        "The company",
        "Ove Tarn",
        None,
        None,
    ]
    assert ("mark", "<!-- check -->") in [(skip.kind, skip.text) for skip in skips]


MARKDOWN = st.lists(
    st.sampled_from([
        "The pit", " is old. ", "*", "**", "_", "`", "[", "](x)", "](", ")", "[^1]", "[^1]: ", "\n", "\n\n", "> ", "- ", "# ",
        "<b>", "</b>", "<!--", "-->", "{{<", ">}}", "{%", "%}", "~~", "![", "\\", "&amp;", "|", "---\n", "  \n", "<br>", "<del>",
        "</del>", "[[", "]]", "==", "1. ", "    ", "\t", "<https://a.example>", "quar-\nry", "Una Perch said ", "“No.” ", "⁂",
    ]),
    max_size=25,
).map("".join)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(MARKDOWN)
def test_every_character_is_in_one_claim_or_one_skip(text: str) -> None:
    markdown = read_markdown(text)
    article = Article("pit", text, markdown.blocks, unread=markdown.unread)
    claims, skips = extract(article)
    parts = sorted([*claims, *skips], key=lambda part: part.start)
    assert all(part.text == text[part.start : part.end] != "" for part in parts)
    assert all(before.end <= behind.start for before, behind in pairwise(parts))
    held = "".join(part.text for part in parts)
    assert re.sub(r"\s", "", held) == re.sub(r"\s", "", text)
