"""The whole way from an article to its claims: coverage, order, sections, ids."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotate.article import extract, extract_claims, read_article
from annotate.article.reading import text_blocks
from annotate.model import Article

SAMPLE = Path(__file__).parents[2] / "examples" / "harbour_talks.txt"


def article_of(text: str) -> Article:
    return Article("quay", text, text_blocks(text))


def assert_covered(article: Article) -> None:
    claims, skips = extract(article)
    seen = [0] * len(article.text)
    for part in [*claims, *skips]:
        assert article.text[part.start : part.end] == part.text
        for at in range(part.start, part.end):
            seen[at] += 1
    for at, character in enumerate(article.text):
        assert seen[at] == 1 or (character.isspace() and seen[at] < 2), (at, character)
    assert claims == sorted(claims, key=lambda claim: claim.start)
    assert len({claim.claim_id for claim in claims}) == len(claims)
    for claim in claims:
        for span in (claim.attribution.source, claim.attribution.cue) if claim.attribution else ():
            assert span is None or 0 <= span.start < span.end <= len(article.text)


def test_the_sample_article() -> None:
    article = read_article(SAMPLE)
    claims, skips = extract(article)
    assert_covered(article)
    assert {skip.kind for skip in skips} >= {"byline", "heading", "credit", "boilerplate", "question"}
    sections = list(dict.fromkeys(claim.section for claim in claims))
    assert sections[0].startswith("A Harbour Without Owners")
    assert sections[1:3] == ["Two Cities, Two Ledgers", "What the Fishermen Lost"]
    assert all(claim.suggestion for claim in claims)


def test_the_same_text_gives_the_same_claims() -> None:
    assert extract_claims(read_article(SAMPLE)) == extract_claims(read_article(SAMPLE))


FILED = {
    "agency-and-day": "ORRIN, March 3 (Reuters) - |The ferry was closed.",
    "agency": "ARDEN FALLS, N.D. (AP) — |“We won,” the mayor said.",
    "two-places": "ORRIN/ARDEN, 3 May (AFP) -- |The ferry was closed.",
    "day": "ORRIN, March 3 – |The ferry was closed.",
    "TASS": "ORRIN, May 3. /NRD/. |The ferry was closed.",
    "EFE": "ORRIN, 3 (EFE).- |The ferry was closed.",
    "colon": "ORRIN, May 3 (AFP): |The ferry was closed.",
    "day-first": "Tuesday, 3 May, ORRIN - |The ferry was closed.",
    "correspondent": "From our correspondent in Orrin — |The ferry was closed.",
    "a-body": "NATO — the alliance of the west — was silent.",
    "a-name": "The ferry (AP) - the old one - was closed.",
    "Orrin, May 3 (AP) —": "Orrin, May 3 (AP) — |The ferry was closed.",
    "ORRIN —": "ORRIN — |The ferry was closed.",
    "[ORRIN, 3 May]": "[ORRIN, 3 May] |The ferry was closed.",
    "ARDEN FALLS, N.D., May 3, 2024 /PRNewswire/ --": "ARDEN FALLS, N.D., May 3, 2024 /PRNewswire/ -- |Norddal closed the ferry.",
    "(Orrin) –": "(Orrin) – |The ferry was closed.",
    "Orrin (Reuters) -": "Orrin (Reuters) - |The ferry was closed.",
    "(AP) —": "(AP) — |The ferry was closed.",
    "ORRIN, Norddal, 3 May (dpa) -": "ORRIN, Norddal, 3 May (dpa) - |The ferry was closed.",
    "By a staff writer, ORRIN:": "By a staff writer, ORRIN: |The ferry was closed.",
    "May 3 (Reuters) -": "May 3 (Reuters) - |Norddal closed the ferry.",
    "ORRIN, Norddal--(BUSINESS WIRE)--": "ORRIN, Norddal--(BUSINESS WIRE)--|Norddal closed the ferry.",
    "Arden Falls, Orrin —": "Arden Falls, Orrin — |The ferry was closed.",
    "14:32 –": "14:32 – |The ferry was closed.",
    "By Ana Ruiz in Orrin, May 3 (AP) —": "By Ana Ruiz in Orrin, May 3 (AP) — |The ferry was closed.",
    "NATO — Nordd": "NATO — Norddal is a member — was silent.",
    "On Monday — ": "On Monday — the day of the vote — the ferry was closed.",
    "Berg (Labour": "Berg (Labour) – the former mayor – was silent.",
    "The tunnel —": "The tunnel — It was built in 1931.",
}


@pytest.mark.parametrize("marked", FILED.values(), ids=FILED)
def test_where_a_report_was_filed_is_no_claim(marked: str) -> None:
    filed, _, told = marked.rpartition("|")
    article = article_of(filed + told)
    claims, skips = extract(article)
    assert_covered(article)
    assert [(skip.kind, skip.text) for skip in skips] == ([("credit", filed.rstrip())] if filed else [])
    assert "".join(claim.text for claim in claims).replace(" ", "") == told.replace(" ", "")


def test_headings_only_give_no_claims() -> None:
    assert extract_claims(article_of("A Plan for the Quay\n\nWho Pays?\n\n[By Ana Ruiz]")) == []


PROSE = st.lists(
    st.sampled_from(
        [
            "The council met.", "\n\n", "Who pays?", '"It is old," she said.', "“Ships leave.", "They stay.”",
            "🚢 sails;", "港口关闭了。", "\u202bשלום\u202c", "[1]", "Dr. Voss", "3.5 million", "1. One", "- item",
            "…", "(he left)", "\t", "\u200b", "U.S. The",
        ]
    ),
    max_size=12,
).map(" ".join)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.one_of(PROSE, st.text(max_size=80)))
def test_every_character_is_in_one_claim_or_one_skip(text: str) -> None:
    assert_covered(article_of(text))


GERMAN = """Der Rat sperrte die alte Brücke im Jahr 1998, weil sie nicht mehr sicher war. Wer hat das bezahlt?

The council closed the old bridge in 1998, because it was no longer safe.

Die Fähre fährt seit Jahren nicht mehr am Sonntag, sagte Dr. Lund am 3. Mai der Zeitung.
"""


def test_what_is_not_english_is_cut_by_sentences_and_says_so() -> None:
    article = article_of(GERMAN)
    claims, skips = extract(article)
    assert [(c.text, c.language, c.splitter) for c in claims] == [
        ("Der Rat sperrte die alte Brücke im Jahr 1998, weil sie nicht mehr sicher war.", "de", "sentences"),
        ("The council closed the old bridge in 1998,", "en", "clauses"),
        ("because it was no longer safe.", "en", "clauses"),
        (
            "Die Fähre fährt seit Jahren nicht mehr am Sonntag, sagte Dr. Lund am 3. Mai der Zeitung.",
            *("de", "sentences"),
        ),
    ]
    assert [(skip.kind, skip.text) for skip in skips] == [("question", "Wer hat das bezahlt?")]
    assert [bool(claim.suggestion) for claim in claims] == [False, True, True, False]


OTHERS = {
    "zh": "市议会关闭了那座旧桥。市长说它已经不再安全了，居民们对此表示不满。谁来付钱？他们要求给出解释，并重新开放。",
    "ar": "أغلق المجلس الجسر القديم في عام 1998. وقالت رئيسة البلدية إنه لم يعد آمنا للمارة. من يدفع الثمن؟",
    "th": "สภาเมืองปิดสะพานเก่า นายกเทศมนตรีกล่าวว่าสะพานไม่ปลอดภัยอีกต่อไป ชาวบ้านไม่พอใจ"
    "และเรียกร้องให้มีคำอธิบาย เรือข้ามฟากแล่นวันละสี่ครั้งตั้งแต่นั้นเป็นต้นมา แต่ไม่มีใครรู้ว่าใครจะจ่ายเงิน",
    "el": "Το συμβούλιο έκλεισε την παλιά γέφυρα το 1998. Η δήμαρχος είπε ότι δεν ήταν πια ασφαλής;",
}


@pytest.mark.parametrize("language", OTHERS)
def test_no_language_crashes_and_offsets_hold(language: str) -> None:
    article = article_of(OTHERS[language])
    assert_covered(article)
    assert {claim.language for claim in extract_claims(article)} == {language}


MIXED = {
    "foreign cue": (
        "The mayor spoke in Spanish. “El puente está cerrado desde el lunes y nadie sabe por qué”, dijo la alcaldesa a la"
        " prensa. The bridge was closed in May.",
        [
            ("en", "The mayor spoke in Spanish.", "", "checkable_fact"),
            (
                *("es", "“El puente está cerrado desde el lunes y nadie sabe por qué”, dijo la alcaldesa a la prensa."),
                *("la alcaldesa", "attributed_report"),
            ),
            ("en", "The bridge was closed in May.", "", "checkable_fact"),
        ],
    ),
    "English cue": (
        "The wells are old. Perch, the farmer, answered: “Das ist nicht wahr.” The board met on Friday.",
        [
            ("en", "The wells are old.", "", "checkable_fact"),
            ("en", "Perch, the farmer, answered: “Das ist nicht wahr.”", "Perch", "attributed_report"),
            ("en", "The board met on Friday.", "", "checkable_fact"),
        ],
    ),
    "English cue behind two sentences": (
        "“Le pont est fermé depuis lundi. Personne ne sait quand il sera ouvert”, said Una Perch. The bridge is old.",
        [
            ("fr", "“Le pont est fermé depuis lundi.", "Una Perch", "attributed_report"),
            ("en", "Personne ne sait quand il sera ouvert”, said Una Perch.", "Una Perch", "attributed_report"),
            ("en", "The bridge is old.", "", "checkable_fact"),
        ],
    ),
    "nobody carries it": (
        "A sign hangs at the gate. Der Zutritt ist verboten, und das gilt auch für Kinder. Nobody has read it.",
        [
            ("en", "A sign hangs at the gate.", "", "checkable_fact"),
            ("de", "Der Zutritt ist verboten, und das gilt auch für Kinder.", "", ""),
            ("en", "Nobody has read it.", "", "checkable_fact"),
        ],
    ),
    "low marks": (
        "The firm wrote a letter. It is short. „Wir haben keine Mittel mehr. Das ist bekannt.“ Nobody has signed it.",
        [
            ("en", "The firm wrote a letter.", "", "checkable_fact"),
            ("en", "It is short.", "", "opinion"),
            ("de", "„Wir haben keine Mittel mehr.", "", ""),
            ("de", "Das ist bekannt.“", "", ""),
            ("en", "Nobody has signed it.", "", "checkable_fact"),
        ],
    ),
    "an English sentence among German ones": (
        "Der Rat sperrte die alte Brücke im Jahr 1998. Die Fähre fährt seit Jahren nicht mehr am Sonntag. The report was"
        " printed in English and sold well.",
        [
            ("de", "Der Rat sperrte die alte Brücke im Jahr 1998.", "", ""),
            ("de", "Die Fähre fährt seit Jahren nicht mehr am Sonntag.", "", ""),
            ("en", "The report was printed in English and sold well.", "", "checkable_fact"),
        ],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), MIXED.values(), ids=MIXED)
def test_each_sentence_has_its_language(text: str, expected: list[tuple[str, str, str, str]]) -> None:
    article = article_of(text)
    assert_covered(article)
    found = []
    for claim in extract_claims(article):
        source = claim.attribution.source.of(text) if claim.attribution and claim.attribution.source else ""
        label = claim.suggestion.label if claim.suggestion else ""
        found.append((claim.language, claim.text, source, label))
        assert claim.splitter == ("clauses" if claim.language == "en" else "sentences")
    assert found == expected
