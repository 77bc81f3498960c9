"""Sentences: one specimen a trap, written with `|` where a sentence begins."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.article import choose_splitter, split_sentences, splitter_name
from annotate.errors import UsageError
from annotate.registry import SENTENCE_SPLITTERS

SPECIMENS = {
    "two": "The ferry left at noon. | It came back empty.",
    "title": "Mr. Lund met Dr. Orth on Friday. | Nobody else came.",
    "title-new": "On the other side, Ms. Dell kept quiet. | She had no choice.",
    "initial": "The letter was signed by J. B. Orth. | It bore no date.",
    "us-the": "He had lived in the U.S. | The move home was hard.",
    "us-name": "The U.S. Senate met late.",
    "etc": "They sold rope, nails, etc. | The shop closed in May.",
    "am": "The boat left at 5 a.m. on Tuesday. | Fog came up.",
    "decimal": "The bill came to 4.2 million crowns. | Half of it was paid.",
    "address": "Write to desk@orrin.example for a copy. | See www.orrin.example/ferry.html as well.",
    "footnote": "The dam was built in 1931. [4] | It failed in 1960.",
    "footnote-close": "The dam was built in 1931.[4][5] | It failed in 1960.",
    "citation": "It was the first of its kind. [citation needed] | Others followed.",
    "list-number": "1. Open the lid. | 2. Take out the key.",
    "list-number-head": "3. The type of ship matters.",
    "quote-several": "He said: “We lost. | We will rebuild. | Nobody helps us.” | The hall was silent.",
    "quote-straight": '"We lost the vote. | We will try again," she said.',
    "quote-ends": 'She turned to him: "This is good." | She held out the book.',
    "quote-tag": "“Why was the road closed?” Anna Holm asked. | No one knew.",
    "quote-tag-end": '"Will she go?" Berg asked. | He thinks she will.',
    "quote-tag-initial": '"Will she go?" J. Berg asked. | He thinks she will.',
    "quote-no-tag": '"Will she go?" | The town slept. | Berg said no.',
    "quote-tag-small": "“Stop!” he cried. | Then he ran.",
    "quote-tag-inverted": "“Is that all?” asked Holm. | It was.",
    "bracket": "The mill is closed. | (It has been for years.) | Its owner lives abroad.",
    "no-space": "The strike is over.|The ferry runs again.",
    "bracket-in": "The mill (built in 1880) is closed.",
    "ellipsis-end": "They waited and waited... | The bus never came.",
    "ellipsis-in": "It was… well, not good.",
    "dots-alone": "It was chaos all the time. ... | It never got better.",
    "me-i": "It felt like home to me. | I stayed for years.",
    "me-it": "The town was good to me. | It’s kind to strangers.",
    "shouts-i": "The band played outside!! | I will go again.",
    "unit-bracket": "They saw it grow (a factor of 60 X). | I drew it.",
    "grade": "He got a C. | It's no shame.",
    "grade-name": "It was signed by A. C. Itsbury.",
    "etc-new": "They sold rope, nails, etc. | Boats came later.",
    "asked-no-space": "Who paid for it?|nobody knows.",
    "asked-address": "See orrin.example/find?name=lund for more.",
    "face": "The ferry is back! :-) | It leaves at noon.",
    "face-end": "We won :)",
    "picture": "The old bridge in March | Photo: Ana Ruiz",
    "picture-by": "The harbour at dusk. | Image: Bo Silva.",
    "picture-word": "She put the photo: a ship, on the table.",
    "date-line": "Harbour talks fail again | Tuesday, March 3, 2020",
    "date-in": "They met on Tuesday, March 3, 2020, in the hall.",
    "addresses": "https://orrin.example/a | https://orrin.example/b",
    "name-quote": "She studied at the Orrin School of Art. | “I loved the colours,” she said.",
    "question": "Who paid? | Nobody knows! | Not even the mayor.",
    "many-marks": "Really?! | Yes.",
    "cjk": "桥关闭了。|市长没有说话！|“为什么？”|没人知道。",
    "cjk-and-latin": "大桥关闭了。| The bridge is closed.",
    "paragraph": "No full stop here\n\n| and none here",
    "semicolon": "One went left; the other went right.",
    "colon": "There was one rule: never ask.",
    "may": "They met in May. | Nothing came of it.",
    "company": "Pitt & Co. was sold. | The price is secret.",
    "party": "Rep. Bo Hale (R-S.C.) lost. | Ann Poe, D-N.H., won. | Nobody else ran.",
    "initials": "J.-P. Roux spoke of a U.S.-U.K. deal. | It failed.",
    "section-letter": "It broke under deck B-C. | The rest held.",
    "hour-day": "They met at 5 p.m. Tuesday. | They left at 9 p.m. | Nobody saw them.",
    "hour-zone": "It ended at 6 p.m. EST. | All went home.",
    "no-one": "See No. 4 on the list. | It is the shortest.",
}


def pieces(marked: str) -> tuple[str, list[str]]:
    """Return the text without its marks, and the pieces between them."""
    parts = marked.split("|")
    return "".join(parts), [part.strip() for part in parts]


@pytest.mark.parametrize("marked", SPECIMENS.values(), ids=SPECIMENS)
def test_sentences_are_cut_at_the_marks(marked: str) -> None:
    text, expected = pieces(marked)
    assert [span.of(text) for span in split_sentences(text)] == expected


@pytest.mark.parametrize("text", ["", " ", "\n\n\t", "\u2003"])
def test_no_words_give_no_sentence(text: str) -> None:
    assert split_sentences(text) == []


@pytest.mark.parametrize("piece", ["(R-S.C.) ", "at 5 p.m. EST ", '"Why?" asked Ana ', "?! "])
def test_a_line_of_many_cuts_that_are_none_takes_time_in_proportion(piece: str) -> None:
    split_sentences(piece)
    taken = []
    for pieces in (2_000, 16_000):
        began = time.process_time()
        assert len(split_sentences(piece * pieces)) == 1
        taken.append(time.process_time() - began)
    assert taken[1] < 3 * 8 * taken[0] + 0.1  # in proportion; were it by the square, it would be 64 times


MARKS = st.text(
    alphabet=st.sampled_from("Ab. !?\"“”‘’'()[]1\n…。」\u202e\U0001f600é\ud83d\x00;:,-—"), max_size=60
)
ANY = st.text(alphabet=st.characters(exclude_categories=()), max_size=60)


@given(st.one_of(MARKS, ANY))
def test_each_character_lies_in_one_sentence(text: str) -> None:
    spans = split_sentences(text)
    held = [at for span in spans for at in range(*span)]
    assert len(held) == len(set(held))
    assert held == sorted(held)
    assert all(text[at].isspace() for at in set(range(len(text))) - set(held))
    assert all(span.of(text) == span.of(text).strip() != "" for span in spans)


def test_a_sentence_splitter_is_chosen_by_name() -> None:
    assert SENTENCE_SPLITTERS.names()[0] == splitter_name() == "sentencex"
    with pytest.raises(UsageError, match="no sentence splitter 'magic': choose one of sentencex"):
        choose_splitter("magic")
    assert splitter_name() == "sentencex"
    choose_splitter("sentencex")
    assert splitter_name() == "sentencex"


def test_addresses_without_a_space_are_read_once() -> None:
    run = "http://a.example/" * 3
    text = f"See {run} {run} https://b.example"
    assert [span.of(text) for span in split_sentences(text)] == [f"See {run}", run, "https://b.example"]
