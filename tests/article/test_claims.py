"""Claims: one specimen a rule, written with `|` where a claim begins."""

import json
import os
import subprocess
import sys

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from annotate.article import split_claims, split_sentences
from annotate.article.claims.split_rules import CERTAIN, RELATIVE_TAIL, RULES
from annotate.article.claims.split_weights import feature_weights_text, read_feature_weights
from annotate.article.claims.splitter import cuts_of, shipped_weights
from annotate.article.nlp import parse_words
from annotate.config import weights_text
from annotate.config.resources import WEIGHTS
from annotate.errors import AnnotateError, BadInput

SPECIMENS = {
    # a sentence end, a semicolon, a colon
    "sentence": "The mill closed in May. | Its owner moved away.",
    "sentence-in-quotation": "“The mill is closed. | We are all sorry,” the owner said.",
    "semicolon": "The mill closed in May; | its owner moved away.",
    "semicolon-nouns": "The town sold its ferry, the last one; its mill, long empty; and the old school.",
    "semicolon-noun-then-clause": "He brought nets; two oars; and ropes; | he forgot the sail.",
    "semicolon-no-verb": "The mill stood empty; no owner, no key.",
    "semicolon-list": "They lost three things: the mill; the boat in the harbour; and the oars.",
    "colon-complete": "The position of the owner has remained firm: | the mill will not open again.",
    "colon-evident": "The reason is plain to everyone here: | the mill has lost its customers.",
    "as-always": "They left the town — | and it is the poor, as always, who will pay.",
    "picked-out": "It was Lund, not the mayor, who paid.",
    "said-twice": "The mayor said on Monday, and again on Friday, that the dam was old.",
    "as-one-says": "The mill is closed, as its owner says.",
    "as-put": "The mill is dead, as the mayor put it.",
    "as-told": "As the mayor told the paper, the mill is closed, | but nobody came.",
    "colon-cue": "The mayor stated: the bridge will open in May.",
    "colon-question": "That leaves the question: the town has no money.",
    "colon-noun": "The town lacks three things: money, water and roads.",
    # numbered items inside a sentence
    "items": "The board set three rules: 1) no blasting is done at night, | 2) meters are read each month, | and 3) nobody digs on Sunday.",
    "items-letters": "Three things are true: | a) the pit is deep; | b) the wells are dry; | c) nobody cares.",
    "items-roman": "There are two reasons: (i) the pit is deep, | and (ii) the wells fell in May.",
    "items-content": "The firm said that (1) the wells were safe, | (2) the pit was shallow | and (3) it would pay.",
    "items-because": "He fled | because 1) he was tired | and 2) he had no money.",
    "items-nouns": "Its letter names (a) the wells and (b) the wall.",
    "items-verbs-in-relatives": "The fund pays for 1) meters that work, 2) wells that run dry and 3) lawyers.",
    "items-no-count": "He read 3) of the law | and Berg read 7) of the contract.",
    # co-ordination
    "and-own-subject": "The council closed the bridge, | and the ferry company raised its prices.",
    "but-own-subject": "The council closed the bridge, | but the ferry company kept its prices.",
    "nor": "The town cannot pay for the bridge, | nor can it borrow the money.",
    "shared-subject": "The minister attended the opening | and left before the speeches.",
    "shared-subject-but": "The minister attended the opening | but refused to speak.",
    "shared-auxiliary": "The minister had boarded a train and left.",
    "shared-modal": "The town must close the bridge and build a new one.",
    "shared-infinitive": "The town wants to close the bridge and build a new one.",
    # the past form of some verbs is their plain form, and a tagger takes one for the other
    "shared-would-cut": "The brewery said it would shut its malt house and cut forty posts.",
    "shared-will-lay": "The yard said on Friday it will sell two cranes and lay off sixty welders by June.",
    "shared-would-put": "The council said it would lease its depot and put the rent into a new hall.",
    "shared-must-put": "They must clear the canal and put up new lamps.",
    "shared-could-shut": "The union says the owner could lose the licence and shut the mill.",
    "shared-to-split": "She wanted to leave the party and split the vote.",
    "shared-by-three": "The crew had packed its nets, paid the harbour and left.",
    "shared-by-three-modal": "The town should drain the dock, raise the quay and set new posts.",
    "modal-not-shared": "The board will meet on Friday | and decides by vote.",
    "modal-again": "The club could win the cup | and will play on Saturday.",
    "modal-negated": "The ferry would not leave | and cost twenty crowns.",
    "modal-other-subject": "The plant will close, | and the owner cut forty posts last year.",
    "past-after-did": "The reporters did not know the time | and waited for hours at the gate.",
    "present-without-ending": "They haul the nets ashore at dawn | and dry them on the wall.",
    "so-after-comma": "On Friday the hall was not heated, after all, | so we walked home along the quay.",
    "so-that": "The lights are dimmed in the evening, so that you may see the stars.",
    "before": "Sailors coil the ropes on the deck before they leave for the night.",
    "nouns-with-relative": "The town learned that this is not a lake, but a harbour that the navy built.",
    "second-predicate-of-content": "I really think that the roof is sound | and can bear the snow.",
    "nouns": "The town sold the mill, the ferry and the school.",
    # subordinate clauses
    "although-after": "The bridge stayed open, | although the engineers had warned the town.",
    "although-before": "Although the engineers had warned the town, | the bridge stayed open.",
    "while-contrast": "The north voted for the bridge, | while the south voted against it.",
    "whereas": "The north has a bridge, | whereas the south has only a ferry.",
    "because": "The ferry stopped | because the company had lost its licence.",
    "as-reason": "The ferry has stopped, | as the company has lost its licence.",
    "since-time": "Since the bridge closed, the ferry has sailed every hour.",
    "when": "The ferry stopped when the river froze.",
    "if": "The ferry will stop if the river freezes.",
    "despite": "Despite losing its licence, the company kept its boats.",
    "but-while": "But while the town waits for money, | the bridge falls apart.",
    # relative clauses, participles, appositions
    "which-final": "The town sold the mill, | which had stood empty for years.",
    "who-final": "The town thanked the miller, | who had worked there for years.",
    "that-restrictive": "The town sold the mill that had stood empty for years.",
    "which-middle": "The mill, which had stood empty for years, was sold.",
    "participle": "The company lost its licence, leaving the town without a ferry.",
    "apposition": "The town sold the mill, a fact that few people know.",
    "infinitive": "The town sold the mill to pay for the bridge.",
    # reported content
    "said-that": "The mayor said that the bridge would open in May.",
    "said-before": "The bridge would open in May, the mayor said.",
    "content-goes-on": "The mayor said that the bridge was safe | and that the ferry would stop.",
    "quoted-before": "“The bridge is safe,” the mayor said.",
    "according": "According to the mayor, the bridge is safe.",
    # edges
    "bracket": "The mayor promised a new bridge twice | (he later called this a joke).",
    "two-spaces": "The town sold the mill,  | which had stood empty for years.",
    "semicolon-without-words": "The mill closed; .",
}


@pytest.mark.parametrize("marked", SPECIMENS.values(), ids=SPECIMENS)
def test_claims_are_cut_at_the_marks(marked: str) -> None:
    text = marked.replace("| ", "")
    assert [span.of(text) for span in split_claims(text)] == [part.strip() for part in marked.split("|")]


def test_claims_never_cross_the_given_sentences() -> None:
    text = "The mill closed in May the owner moved away"
    assert split_claims(text, [(0, 22), (23, 43)]) == [(0, 22), (23, 43)]


def test_only_the_given_sentences_are_cut() -> None:
    text = "Left out. The mill closed, and the owner moved away."
    assert [span.of(text) for span in split_claims(text, [(10, 52)])] == [
        "The mill closed,",
        "and the owner moved away.",
    ]


@pytest.mark.slow
def test_a_text_without_an_end_is_cut_all_the_same() -> None:
    text = "rope and nails " * 10_000
    spans = split_claims(text)
    assert "".join(text.split()) == "".join("".join(span.of(text).split()) for span in spans)


PIECES = (
    "the mayor", "said", "that", "and", "but", "because", "which", ";", ":", ",", "(", ")", "“",
    "”", '"', "—", "the town lost", "closed", "had been", "桥关闭了。", "\U0001f600", "\u202e", "\ud83d",
    "\x00", ".", "?", "\n\n",
)  # fmt: skip
WORDS = st.lists(
    st.sampled_from(PIECES),
    max_size=25,
)
ANY = st.text(alphabet=st.characters(exclude_categories=()), max_size=80)


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(st.one_of(WORDS.map(" ".join), WORDS.map("".join), ANY))
def test_each_character_lies_in_one_claim(text: str) -> None:
    spans = split_claims(text)
    held = [at for span in spans for at in range(*span)]
    assert held == sorted(set(held))
    assert all(text[at].isspace() for at in set(range(len(text))) - set(held))
    assert all(span.of(text) == span.of(text).strip() != "" for span in spans)
    for start, end in split_sentences(text):
        assert not any(span.start < start < span.end or span.start < end < span.end for span in spans)


# --------------------------------------------------------------------------- what holds whatever the weights say

#: Weights that would cut everywhere, and nowhere.
EAGER, IDLE = {"any": 1}, {"any": -1}
CUES = ("said", "says", "told reporters", "claimed", "argues", "has stated")
CONTENTS = (
    "that the bridge is safe",
    "the bridge is safe",
    "that, in his view, the bridge is safe",
    "that the old bridge over the river is safe and dry",
)


@pytest.mark.parametrize("content", CONTENTS)
@pytest.mark.parametrize("cue", CUES)
def test_no_weights_cut_a_cue_from_its_content(cue: str, content: str) -> None:
    words = f"The mayor {cue} {content}."
    doc = next(iter(parse_words([words])))
    cuts = [doc[cut].idx for cut in cuts_of(doc, EAGER)]
    assert not [cut for cut in cuts if words.index(cue) < cut <= words.index("safe")]


@pytest.mark.parametrize(
    ("words", "first", "last"),
    [
        ("The council has closed the bridge and built what the town needs.", "closed", "built"),
        ("What the mayor saw, and what he said, was odd.", "What", "odd"),
        ("The bridge closed when the river rose.", "closed", "rose"),
    ],
)
def test_no_weights_cut_what_is_bound(words: str, first: str, last: str) -> None:
    doc = next(iter(parse_words([words])))
    cuts = [doc[cut].idx for cut in cuts_of(doc, EAGER)]
    assert not [cut for cut in cuts if words.index(first) < cut <= words.index(last)]


@pytest.mark.parametrize("weights", [EAGER, IDLE], ids=["eager", "idle"])
@pytest.mark.parametrize(
    "marked",
    [
        "The mill closed; | its owner left; | nobody asked.",
        "He sold the nets; | the boat lay idle; | the oars rotted.",
        "The position of the owner has remained firm: | the mill will not open again.",
        "The town sold the mill, | which had stood empty for years.",
    ],
)
def test_some_cuts_hold_whatever_the_weights_say(marked: str, weights: dict[str, int]) -> None:
    words = marked.replace("| ", "")
    doc = next(iter(parse_words([words])))
    starts = {doc[cut].idx for cut in cuts_of(doc, weights)}
    pieces = marked.split("| ")
    assert {len("".join(pieces[:n])) for n in range(1, len(pieces))} <= starts


@settings(deadline=None, max_examples=40)
@given(
    st.lists(
        st.sampled_from(["the mill closed", "he said that it rained", "nobody came"]), min_size=2, max_size=6
    )
)
def test_a_semicolon_between_finite_clauses_always_cuts(pieces: list[str]) -> None:
    text = "; ".join(pieces) + "."
    starts = {span.start for span in split_claims(text, [(0, len(text))])}
    behind = [at + 2 for at, char in enumerate(text) if char == ";"]
    assert starts.issuperset(behind)


@settings(deadline=None, max_examples=40)
@given(st.lists(st.sampled_from(["a boat", "“yes”", "1904", "two old nets"]), min_size=1, max_size=5))
def test_a_semicolon_between_nouns_never_cuts(nouns: list[str]) -> None:
    text = "; ".join(["The town sold the mill", *nouns]) + "."
    assert split_claims(text, [(0, len(text))]) == [(0, len(text))]


def test_the_weights_decide_between_the_rules() -> None:
    doc = next(iter(parse_words(["I really think that the roof is sound and can bear the snow."])))
    assert cuts_of(doc, IDLE) == []
    assert [doc[cut].text for cut in cuts_of(doc, shipped_weights())] == ["and"]


# --------------------------------------------------------------------------- the weights themselves


@pytest.mark.slow
def test_the_same_text_gives_the_same_claims_in_another_process() -> None:
    text = " ".join(marked.replace("| ", "") for marked in SPECIMENS.values())
    code = "import sys; from annotate.article import split_claims; print([tuple(s) for s in split_claims(sys.argv[1])])"
    told = {
        subprocess.run(
            [sys.executable, "-c", code, text],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for seed in ("1", "2")
    }
    assert told == {str([tuple(span) for span in split_claims(text)])}


def test_the_shipped_weights_are_small_and_whole() -> None:
    file = WEIGHTS / "claims.json"
    assert file.stat().st_size <= 2_000_000
    assert len(shipped_weights()) > 500
    told = json.loads(weights_text("claims.json"))
    facts = {name: told[name] for name in ("about", "credit", "documents")}
    assert feature_weights_text(shipped_weights(), **facts) == weights_text("claims.json")


DAMAGED = {
    "cut off": '{"format": 1, "marks": {"any": -1',
    "empty": "",
    "no object": "[]",
    "no marks": '{"format": 1}',
    "no bias": '{"format": 1, "marks": {"word=and": 3}}',
    "a fraction": '{"format": 1, "marks": {"any": 0.5}}',
    "a truth value": '{"format": 1, "marks": {"any": true}}',
    "a word": '{"format": 1, "marks": {"any": "much"}}',
    "marks in a list": '{"format": 1, "marks": ["any"]}',
    "another format": '{"format": 2, "marks": {"any": 1}}',
}


@pytest.mark.parametrize("text", DAMAGED.values(), ids=DAMAGED)
def test_damaged_weights_are_refused_in_one_line(text: str) -> None:
    with pytest.raises(
        BadInput, match=r"^weights/claims\.json has no usable weights .*: install claimdesk again$"
    ):
        read_feature_weights(text, source="weights/claims.json")


def test_missing_weights_are_refused_in_one_line() -> None:
    with pytest.raises(AnnotateError, match=r"none\.json cannot be read .*: install claimdesk again$"):
        weights_text("none.json")


#: Rules that propose too rarely for a weight of their own; the other features of a place decide.
WITHOUT_WEIGHT = {"bracket", "stray_clause", "stray_reason", "behind_dash"}


def test_the_weights_know_the_rules_by_their_ids() -> None:
    features = (mark.removeprefix("rule=") for mark in shipped_weights() if mark.startswith("rule="))
    weighed = {rule for names in features for rule in names.split("+")} - {"none"}
    ids = [*(rule.id for rule in RULES), RELATIVE_TAIL]
    assert len(set(ids)) == len(ids)
    assert set(ids) == weighed | WITHOUT_WEIGHT
    assert set(ids) > CERTAIN
