"""Attributions: text, then source, cue and content as they should be read; an empty source is none named."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from annotate.article import find_attributions
from annotate.article.analysis import analyse
from annotate.model import Block

SPECIMENS = {
    "said-that": ("The mayor said that the bridge was safe.", "The mayor|said|that the bridge was safe"),
    "said-plain": ("The mayor said the bridge was safe.", "The mayor|said|the bridge was safe"),
    "said-behind": ("The bridge was safe, the mayor said.", "the mayor|said|The bridge was safe"),
    "inverted": ("“The bridge is safe,” said Tove Lund.", "Tove Lund|said|“The bridge is safe,”"),
    "pronoun": ("He added that the ferry would stop.", "He|added|that the ferry would stop"),
    "colon": ("Tove Lund replied: “The bridge is safe.”", "Tove Lund|replied|“The bridge is safe.”"),
    "apposition": (
        "Tove Lund, a former teacher, warned that the dam could break.",
        "Tove Lund|warned|that the dam could break",
    ),
    "apposition-lost": (
        "The minister, Aksel Rud, promised on Tuesday that every farm would get a fence.",
        "The minister, Aksel Rud|promised|that every farm would get a fence",
    ),
    "place-and-date": (
        "Ms Lund stated in Orrin on Monday that the dam was safe.",
        "Ms Lund|stated|that the dam was safe",
    ),
    "according-before": (
        "According to the police, the road is open.",
        "the police|According to|the road is open",
    ),
    "according-behind": (
        "The road is open, according to officials.",
        "officials|according to|The road is open",
    ),
    "reports-by": (
        "According to reports by the Orrin Gazette, the road is open.",
        "the Orrin Gazette|According to reports by|the road is open",
    ),
    "leaked": (
        "According to leaked documents, the town wants to sell the dam.",
        "leaked documents|According to|the town wants to sell the dam",
    ),
    "document": ("The report found that the dam was cracked.", "The report|found|that the dam was cracked"),
    "communique": ("The communiqué proposed a ceasefire.", "The communiqué|proposed|a ceasefire"),
    "passive": (
        "Holm was told by the police that the road was closed.",
        "the police|told|that the road was closed",
    ),
    "demand": ("Arden demanded that Orlan leave the valley.", "Arden|demanded|that Orlan leave the valley"),
    "require": ("Arden requires Orlan to disarm its army.", "Arden|requires|Orlan to disarm its army"),
    "insist": ("Arden insisted on a new border.", "Arden|insisted on|on a new border"),
    "noun": (
        "The ministry's claim that the dam was safe was wrong.",
        "The ministry|claim|that the dam was safe",
    ),
    "position": (
        "The stance of the council has remained firm: the town cannot pay.",
        "the council|stance|the town cannot pay",
    ),
    "figures": (
        "Prices rose by 6 percent, figures from the bank showed.",
        "figures from the bank|showed|Prices rose by 6 percent",
    ),
    "told-behind": (
        "“It is a lie,” Jon Berg told reporters.",
        "Jon Berg|told|“It is a lie,”",
    ),
    "put-it": ("As Berg put it, the plan was dead.", "Berg|put|the plan was dead"),
    "second-verb": (
        "The mayor smiled and said that the bridge was safe.",
        "The mayor|said|that the bridge was safe",
    ),
    "participle": (
        "The mayor closed the bridge, saying that it was unsafe.",
        "The mayor|saying|that it was unsafe",
    ),
    "relative": (
        "The paper printed a draft agreement, which showed that Arden was ready to talk.",
        "a draft agreement|showed|that Arden was ready to talk",
    ),
    "signed": ("“We lost the vote.” — Tove Lund", "Tove Lund|—|“We lost the vote.”"),
    "in-the-words-of": (
        "In the words of the mayor, the plan is dead.",
        "the mayor|In the words of|the plan is dead",
    ),
    "in-whose-words": ("The plan, in Lund's own words, is dead.", "Lund|words|The plan"),
    "in-other-words": ("In other words, the plan is dead.", None),
    "by-account": ("By Lund's account, the boat left at noon.", "Lund|account|the boat left at noon"),
    "on-account-of": ("On account of the fog, the boat left at noon.", None),
    "to-quote": ("To quote the mayor, the boat left at noon.", "the mayor|To quote|the boat left at noon"),
    "came-to-quote": ("She came to quote the mayor in full.", None),
    "per": ("The boat left at noon, per Reuters.", "Reuters|per|The boat left at noon"),
    "per-month": ("Per month, the ferry makes ten trips.", None),
    "per-as-a-name": ("Per Lund sold the boat.", None),
    "said-twice": (
        "The mayor warned in May, and again in June, that the dam was old.",
        "The mayor|warned|that the dam was old",
    ),
    "as-one-says": ("As Lund says, the dam is old.", "Lund|says|the dam is old"),
    "as-one-told": ("As he told the BBC, the dam is old.", "he|told|the dam is old"),
    "as-reported-by": ("As first reported by Reuters, the dam is old.", "Reuters|reported|the dam is old"),
    "as-put-behind": ("The plan is dead, as the mayor put it.", "the mayor|put|The plan is dead"),
    "how-put": ('"It is over" is how Lund put it.', 'Lund|put|"It is over"'),
    "as-expected": ("As expected, the dam is old.", None),
    "made-clear": (
        "He made clear that the dam would hold.",
        "He|made clear|that the dam would hold",
    ),
    "facts-make-clear": ("The facts make clear that the dam is old.", None),
    "adamant": (
        "The mayor was adamant that the dam was safe.",
        "The mayor|was adamant|that the dam was safe",
    ),
    "hearsay": ("Word has it that the dam is old.", "Word|has it|that the dam is old"),
    "what-one-said": ("What Lund said was that the dam was old.", "Lund|said|that the dam was old"),
    "turns": (
        "Anna Holm: Lund said it leaks.\nGuest: Why?\nAnna Holm: It is old.",
        ["Anna Holm|:|Lund said it leaks.", "Guest|:|Why?", "Anna Holm|:|It is old."],
    ),
    "dash-in-a-sentence": ("The town — Orrin Harbour to be exact — was flooded.", None),
    "restrictive-relative": (
        "People who know the dam say that it leaks.",
        "People who know the dam|say|that it leaks",
    ),
    "name-before-verb-behind-quotation": (
        "“We knew,” county engineer Jon Berg said Monday.",
        "county engineer Jon Berg|said|“We knew,”",
    ),
    "blamed-for": (
        "The court fined Jon Berg for claiming that he was ill.",
        "Jon Berg|claiming|that he was ill",
    ),
    "said-he-had-and-blamed": (
        "Berg said he had lost the vote and blamed the rain.",
        ["Berg|said|he had lost the vote and blamed the rain", "Berg|blamed|the rain"],
    ),
    "on-a-subject": (
        "A paper on the dam says that it leaks.",
        "A paper on the dam|says|that it leaks",
    ),
    "year-is-no-part": (
        "A court in 2011 ruled that the dam was unsafe.",
        "A court|ruled|that the dam was unsafe",
    ),
    "court-found": (
        "The court found that the dam was unsafe.",
        "The court|found|that the dam was unsafe",
    ),
    "leads-on": ("Jon Berg was a poet and wrote:", "Jon Berg|wrote|"),
    "each-in-the-other": (
        "Three letters have revealed that a place called the Cut was drained.",
        "Three letters|revealed|that a place called the Cut was drained",
    ),
    "lost-subject": (
        "In the hall of Kelp Street, a painted sign over the stall says that the sea waits.",
        "a painted sign over the stall|says|that the sea waits",
    ),
    "participle-of-its-object": ("The model proposed in the treaty was never tried.", None),
    "adding-goes-to-the-teller": (
        "Berg told the council that she opposes the dam, saying that it leaks.",
        [
            "Berg|told|that she opposes the dam",
            "Berg|saying|that it leaks",
        ],
    ),
    "as-she-says": ("The dam leaks, as Lund says.", "Lund|says|The dam leaks"),
    "as-with-an-object": ("The dam leaks, as Lund holds no office.", None),
    "hoped": ("The mayor hopes that the bridge is safe.", None),
    "calculated": ("The mayor calculated that the bridge was safe.", None),
    "compared": ("The bridge cost 4 million crowns, compared with 3 million in 1998.", None),
    "believes": ("The mayor believes that the bridge is safe.", None),
    "fears": ("Arden fears that Orlan will attack.", None),
    "wants": ("The town wants to sell the dam.", None),
    "scare-quotes": ("The “neutral” council closed the bridge.", None),
    "fact-indicates": ("The absence of the mayor indicates that the bridge is unsafe.", None),
    "event": ("The bridge was opened in 1931.", None),
}


@pytest.mark.parametrize(("text", "expected"), SPECIMENS.values(), ids=SPECIMENS)
def test_source_cue_and_content(text: str, expected: str | list[str] | None) -> None:
    uttered = [each for each in find_attributions(text) if not each.attitude]
    found = ["|".join(part.of(text) if part else "" for part in _parts(a)) for a in uttered]
    assert found == (expected if isinstance(expected, list) else [expected] if expected else [])


def _parts(attribution):
    return attribution.source, attribution.cue, attribution.content


ATTITUDES = {
    "The mayor believes that the bridge is safe.": "The mayor|believes|that the bridge is safe",
    "Arden fears that Orlan will attack.": "Arden|fears|that Orlan will attack",
    "The town wants to sell the dam.": "The town|wants|to sell the dam",
    "She plans to open the mill in May.": "She|plans|to open the mill in May",
    "The captain refused to leave the boat.": "The captain|refused|to leave the boat",
    "The court fined Jon Berg for refusing to testify.": "Jon Berg|refusing|to testify",
    "Farmers are worried that the well is dry.": "Farmers|worried|that the well is dry",
    "Orlan sees the valley as its own.": "Orlan|sees|the valley",
    "Most of the crew still hope for rain.": "Most of the crew|hope|for rain",
    "Lund knows that the wall is old.": "Lund|knows|that the wall is old",
    "The mayor saw the bridge in the fog.": None,
    "The dam needs a new gate.": None,
    "Berg would want to see the wall first.": None,
    "The letter seeking his help was lost.": None,
    "Lund said that he wants to sell the mill.": None,
    "“I believe that it leaks,” Lund said.": None,
    "The wall is ready for paint.": None,
}


@pytest.mark.parametrize("text", ATTITUDES)
def test_an_attitude_is_a_kind_of_its_own(text: str) -> None:
    held = [each for each in find_attributions(text) if each.attitude]
    found = ["|".join(part.of(text) if part else "" for part in _parts(each)) for each in held]
    assert found == ([ATTITUDES[text]] if ATTITUDES[text] else [])


@pytest.mark.parametrize("text", [text for text, held in ATTITUDES.items() if held])
def test_an_attitude_makes_no_claim_an_attributed_report(text: str) -> None:
    pieces = analyse(text, [Block(0, len(text), "body")])[0]
    assert all(piece.attribution is None for piece in pieces)
    assert all(piece.suggestion and piece.suggestion.label != "attributed_report" for piece in pieces)


WHOLE_PHRASES = {
    "Tove Lund, a former teacher, warned that the dam was old.": "Tove Lund, a former teacher,",
    "Jon Berg, who owns the mill, said it would close.": "Jon Berg, who owns the mill,",
    "“It leaks,” said Tove Lund, head of the port office.": "Tove Lund, head of the port office",
    "“It leaks,” said a man who works at the lock.": "a man who works at the lock",
    "The minister, Aksel Rud, promised that it would rain.": "The minister, Aksel Rud,",
    "A report on the dam published in May says that it leaks.": "A report on the dam published in May",
    "The union — the largest in the valley — said no more.": "The union — the largest in the valley —",
    "The mayor said that the bridge was safe.": "The mayor",
    "Holm said that Lund, who owns the mill, was late.": "Holm",
    "According to Lund, the mayor, who left in May, was late.": "Lund",
    "The mayor, said Holm, was late.": "Holm",
    "The report, which the council has read, says that it leaks.": "The report, which the council has read,",
}


@pytest.mark.parametrize("text", WHOLE_PHRASES)
def test_the_whole_phrase_of_a_source_stands_beside_the_short_one(text: str) -> None:
    (only,) = find_attributions(text)
    assert only.source_full is not None
    assert only.source_full.of(text) == WHOLE_PHRASES[text]
    assert only.source_full.start <= only.source.start < only.source.end <= only.source_full.end


def test_a_claim_keeps_the_short_source() -> None:
    text = "Tove Lund, a former teacher, warned that the dam was old."
    [piece] = analyse(text, [Block(0, len(text), "body")])[0]
    assert piece.attribution is not None
    assert piece.attribution.source is not None
    assert piece.attribution.source.of(text) == "Tove Lund"


def test_what_a_speaker_attributes_is_part_of_what_he_says() -> None:
    text = "“Lund told me that it leaks,” Berg said. Holm said that the police had denied that."
    assert [a.source.of(text) for a in find_attributions(text) if a.source] == ["Berg", "Holm"]


def test_a_passive_without_a_doer_has_no_source() -> None:
    (only,) = find_attributions("It was reported that the dam had broken.")
    assert only.source is None
    assert only.cue is not None


def test_each_cue_is_found_once_and_in_order() -> None:
    text = "The mayor said the dam was safe. The police denied that. “It is not,” Holm insisted."
    cues = [a.cue.of(text) for a in find_attributions(text) if a.cue]
    assert cues == ["said", "denied", "insisted"]


PIECES = (
    "the mayor", "said", "that", "according", "to", "police", "claim", ":", ",", "“", "”", '"',
    "citing", "Tove Lund", "Reuters", "reported", "stance of", "he", "the dam broke", "told", "by", "which", "showed", "\U0001f600",
    "\ud83d", "\x00", ".", "?", "\n\n",
)  # fmt: skip
WORDS = st.lists(
    st.sampled_from(PIECES),
    max_size=25,
)


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(WORDS.map(" ".join) | st.text(alphabet=st.characters(exclude_categories=()), max_size=60))
def test_spans_lie_within_the_text(text: str) -> None:
    for attribution in find_attributions(text):
        for part in (
            *_parts(attribution),
            attribution.source_full,
            attribution.named,
            *attribution.through,
        ):
            assert part is None or (0 <= part.start < part.end <= len(text) and part.of(text).strip())
