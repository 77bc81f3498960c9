"""What asserts nothing: questions, words about the text, bare captions; and where a credit begins."""

import pytest

from annotate.article.analysis import analyse
from annotate.article.claims import asserts
from annotate.article.reading import caption_credit
from annotate.model import Block

SKIPS = {
    "question": ("question", "Who paid for the bridge?"),
    "question-quoted": ("question", "“Who paid for the bridge?”"),
    "question-footnote": ("question", "Who paid for it? [3]"),
    "question-cjk": ("question", "谁付的钱？"),
    "leads-in-see": ("text_about_text", "We see this picture:"),
    "leads-in-here": ("text_about_text", "Here is one more detail:"),
    "turn-to": ("text_about_text", "Let us turn to the figures."),
    "this-article": ("text_about_text", "This article looks at the bridges of Orrin."),
    "mark": ("mark", "***"),
    "statement": (None, "The bridge was paid for."),
    "we-act": (None, "We see the bridge every day."),
    "article-as-thing": (None, "This article was stolen from the archive."),
    "indirect": (None, "Nobody asked who paid."),
    "colon": (None, "The mayor stated:"),
}


@pytest.mark.parametrize(("kind", "words"), SKIPS.values(), ids=SKIPS)
def test_what_asserts_nothing(kind: str | None, words: str) -> None:
    assert asserts(words, words) == kind


def test_the_first_half_of_a_double_question_is_one_too() -> None:
    sentence = "Is the bridge safe, or will it fall?"
    assert asserts("Is the bridge safe,", sentence) == "question"
    assert asserts("The bridge is old,", "The bridge is old, but is it safe?") is None


CREDITS = {
    "photo": "Rescuers reach the village. |Photo: Lena Orth/AFP",
    "agency": "Tove Lund meeting Kai Holm in Orrin, |Reuters",
    "screenshot": "The summit at Orrin. |Video screenshot",
    "bracket": "The mayor speaks to reporters |(AP Photo/Jon Smit)",
    "by-via": "A crowd gathers. |(Photo by Lena Orth via Getty Images)",
    "sign": "The road was closed. |© 2024 Kai Berg",
    "courtesy": "The old mill in spring. |Courtesy of the Orrin Museum",
    "dash": "The mill |– Jan Kowal/EPA",
    "bar": "A crowd gathers in Orrin |\\| Reuters",
    "press": "Tove Lund arriving at the hall on Tuesday, |Orrin Press",
    "map": "Bridges over the Orrin from 1931 to 2023, |Wikipedia",
    "only": "|Photo: Reuters",
    "none": "The mill burned down.",
    "works-for": "He works for Reuters",
    "holds-photo": "Villagers hold a photo of the mayor",
}


@pytest.mark.parametrize("marked", CREDITS.values(), ids=CREDITS)
def test_a_credit_begins_at_the_mark(marked: str) -> None:
    before, *behind = marked.replace("\\|", "\0").split("|")
    text = (before + "".join(behind)).replace("\0", "|")
    credit = caption_credit(text)
    assert (credit.of(text) if credit else "") == "".join(behind).replace("\0", "|")


CAPTIONS = {
    "verb": ("Tove Lund opens the bridge.", [None]),
    "participle": ("Tove Lund meeting Kai Holm in Orrin, Reuters", [None, "credit"]),
    "names-only": ("The old bridge over the Orrin in 1931. Video screenshot", ["caption", "credit"]),
    "map": ("Bridges over the Orrin, Wikipedia", ["caption", "credit"]),
}


@pytest.mark.parametrize(("text", "kinds"), CAPTIONS.values(), ids=CAPTIONS)
def test_a_caption_is_a_claim_if_it_says_something(text: str, kinds: list[str | None]) -> None:
    (parts,) = analyse(text, [Block(0, len(text), "caption")])
    assert [part.skip for part in parts] == kinds
