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
    "footnote": "The mill was built in 1927. [4] | It failed in 1960.",
    "footnote-close": "The mill was built in 1927.[4][5] | It failed in 1960.",
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
    "no-1": "Would the council pay? | The answer was no. | Perch left the hall.",
    "no-2": "She asked him twice, and he said no. | The hearing went on.",
    "no-3": "Asked about the wells, Tarn said no. | He would not say more.",
    "no-4": "The vote was a clear no. | Eleven members stayed away.",
    "no-5": "They hoped for a yes and got a no. | It hurt.",
    "no-6": "The pit is no. 4 on the list. | It is deep.",
    "no-7": "She lives at No. 10 Quarry Road. | He lives at nos. 3 and 4.",
    "no-8": "He asked for room no. 12B. | It was taken.",
    "no-9": "He owns the world’s No. 2 slate firm. | It is old.",
    "no-10": "“No. | I never signed it,” she said.",
    "no-12": "Bus No. X4 is late. | Nobody minds.",
    "month-1": "The hall closed in Mar. | Nobody came.",
    "month-2": "He joined in Dec. | The hall closed in Jan. | It was cold.",
    "month-3": "They met on Jan. 6. | It rained on Feb. 7 and Sept. 8, 2019.",
    "month-4": "The pit opened in Sept. 2019. | It closed in Nov. of the same year.",
    "month-5": "It ran from Oct. to Apr. and then stopped. | She left in Aug. | They stayed.",
    "month-6": "He came on Tues. | She came on Wed. morning.",
    "month-7": "It was sold on Mar. 3. | Mar. was a cold month.",
    "number-1": "See vol. 2 of the report, p. 12. | It is long.",
    "number-2": "See pp. 12-14 of vol. 2. | Nobody has read it.",
    "number-3": "The figure is on p. 9. | It was wrong.",
    "number-4": "It cost approx. 4 million crowns. | It was est. in 1904.",
    "number-5": "See fig. 3, ch. 2 and sec. 4. | The rest is in vol. 3. | They match.",
    "number-6": "The pit, ca. 40 m deep, is old. | It is max. 60 m wide and min. 30.",
    "number-7": "It is on p. 12. | See p. 13, too.",
    "number-8": "Art. 5 and para. 3 of the law say so. | Art. 6 does not.",
    "number-9": "Perch v. Corrie was heard in May. | Slate vs. wool is an old fight.",
    "number-10": "They sell rope, nails, etc. and slate. | It is cheap, i.e. free.",
    "marked-name-1": "Brill! is closing its shop in Linfell. | Nobody knows why.",
    "marked-name-2": "The quiz show Who Cares? was sold in 2011. | It is dull.",
    "marked-name-3": "Workers at Yum! Foods struck in May. | They won.",
    "marked-name-4": "Yahoo! said on Monday that it would pay. | It did not.",
    "marked-name-5": "The musical Oliver! has run for years. | The film What’s Up, Doc? is older.",
    "marked-name-6": "She sang in Mamma Mia! at the hall. | He read Where To? in bed.",
    "marked-name-7": "The firm Boo! and the band Wham! met. | They fought.",
    "marked-name-8": "He works for Brill! | She does not.",
    "marked-name-9": "Jeopardy! host Ove Tarn fell ill. | He is 60.",
    "marked-name-10": "Stop! | That is mine.",
    "marked-name-11": "Who knows? | Nobody does.",
    "marked-name-12": "Hurrah! | The pit is closed.",
    "marked-name-13": "The party Forward! won 12 seats. | It had none.",
    "marked-name-14": "Is it safe? | is it deep?",
    "marked-name-15": "Brill!’s owner sold it. | It was cheap.",
    "marked-name-two": "Guess Who? is a board game. | It is dull.",
    "aside-close": "The law—is it a law?—was passed. | Nobody read it.",
    "aside-1": "The pit — it is the deepest in the county! — was sold in May. | It is old.",
    "aside-2": "The owner – who is he? – lives abroad. | Nobody has seen him.",
    "aside-3": "The plan -- why hide it? -- was never printed. | It is lost.",
    "aside-4": "The wells (are they safe?) are old. | They are deep.",
    "aside-5": "He asked — “Is it safe?” — and left. | It was.",
    "picture-1": "We won 🎉 | The pit is closed.",
    "picture-2": "We won! 🎉 | The pit is closed.",
    "picture-3": "So proud of the team 🙌🏽 | Next stop is Arden.",
    "picture-4": "I ❤️ Linfell and its wells. | Come soon.",
    "picture-5": "The 🔥 is out. | Nobody was hurt.",
    "picture-6": "We won!! 🎉🎉 | Thanks to all.",
    "picture-7": "He came 👍 she left.",
    "picture-8": "It is done ✅ | Next is the wall.",
    "picture-9": "Una Perch 🐟 said no. | He left.",
    "picture-10": "🚨 The pit is closed. | 👉 Read on.",
    "item-2": "Its letter names (a) the wells and (b) the wall. | It is short.",
    "item-3": "They want (1) a meter, (2) a fund and (3) peace. | They got none.",
    "item-4": "• The wall sank in May. | • The lamps fell in June.",
    "item-5": "It said so. | • The wall sank. | • The lamps fell.",
    "item-7": "The rules are: 1. No blasting at night. | 2. No digging on Sunday. | 3. No lies.",
    "item-9": "Under rule 4) of the law it is so. | It is old.",
    "item-10": "He was born in 1971) and left.",
    "bracket-1": "The pit (it was opened in 1904. It closed in 1931) is deep. | It is old.",
    "bracket-2": "It is old. | [It is deep.] | Nobody knows.",
    "bracket-3": "“We … will pay,” she said. | He did not.",
    "bracket-4": "She said “we will pay … when we can.” | He left.",
    "bracket-5": "It was... odd. | He left... | She stayed.",
    "bracket-6": "He said [sic] so. | She did not.",
    "bracket-7": "The pit (see p. 9) is old. | It is deep (p. 12).",
    "bracket-8": "It fell . . . and rose again. | It fell.",
    "bracket-9": "“The pit . . . is old. . . . | It is deep,” she said.",
    "rank-1": "Lt. Gov. Una Perch met Sgt. Maj. Ove Tarn at Ft. Corrie on Jan. 6. | It rained.",
    "rank-2": "Asst. Dist. Atty. Kai Holm came. | The Dept. of Roads paid.",
    "rank-3": "Brig. Gen. Ove Tarn, Cpl. Jo Berg and Pfc. Al Moe died. | Spc. Una Moe lived.",
    "rank-4": "Assn. Pres. Kai Holm left. | Vice Adm. Moe stayed.",
    "rank-5": "Bros. Holm & Co. paid. | Holm Bros. is old. | Holm Bros. Circus left.",
    "rank-6": "1st Lt. Moe and Maj. Gen. Tarn met Supt. Perch. | They ate.",
    "rank-7": "Det. Sgt. Moe, Insp. Perch and Ofc. Berg met. | Sgt. 1st Class Tarn came.",
    "rank-8": "Rt. Rev. Moe and Rt. Hon. Una Perch MP spoke. | Hon. Berg slept.",
    "rank-9": "Sheriff’s Dep. Al Moe fell. | Police Chf. Berg ran.",
    "rank-10": "The Linfell Dept. of Roads paid. | He works for the dept. | It is small.",
    "rank-11": "Univ. of Corrie and St. Ann’s Hosp. are near. | Mt. Orr is far.",
    "rank-12": "He is a professor at Arden Tech. and a former M.P. from Orrin. | He is old.",
    "rank-13": "She met Rep. Al Moe, D-Ill., and Sen. Jo Berg, R-Ala., in May. | It was hot.",
    "rank-14": "He lives in Linfell, Pa. | She lives in Reading, Pa., with him.",
    "title-quoted-1": "The book, “Sand,” was printed in 2011. | It sold well.",
    "title-quoted-2": "Her song “Where Are You?” was a hit. | It is old.",
    "title-quoted-3": "The film “Stop!” won. | “Help!” did not.",
    "title-quoted-4": "Critics called it “dull”. | Perch’s publisher agreed.",
    "title-quoted-5": 'Critics called it "dull." | Perch’s publisher agreed.',
    "title-quoted-6": "He starred in “Who Knows?” and “Go!” in May. | She slept.",
    "title-quoted-7": "Her column, “Why Not?”, ran for years. | It ended.",
    "title-quoted-8": "“Will It Hold?” asks a sign at the pit. | It does.",
    "title-quoted-10": "He wrote “Is It Safe?” in 2011. | It sold.",
    "degree-1": "She holds a Ph.D. from Arden. | He has an M.A. in law.",
    "degree-2": "He got his Ph.D. | She paid for it.",
    "degree-3": "The firm Corrie Inc. said no. | Corrie Ltd. agreed.",
    "degree-4": "They came from the U.K. and the E.U. and left. | They flew at 5 a.m. | She slept.",
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
