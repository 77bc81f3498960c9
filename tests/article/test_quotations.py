"""Quotation marks, signatures and lead-ins: a text to its quotations, and to who speaks in them."""

import time

import pytest

from annotate.article.attribution import attributions_of, led_in_by, led_out_by
from annotate.article.nlp import parse, quoted_in, signature_at_end, with_plain_marks
from annotate.model import Span

MARKS = {
    "curly": ("“We lost,” Lund said. “We won.”", ["“We lost,”", "“We won.”"]),
    "single": ("'We closed it,' Lund told us. 'It was old.'", ["'We closed it,'", "'It was old.'"]),
    "single-curly": ("‘We closed it,’ said Lund. ‘It’s old.’", ["‘We closed it,’", "‘It’s old.’"]),
    "apostrophes": ("The firm's owners didn't reply. It's the towns' wall.", []),
    "apostrophes-curly": ("The council’s lawyers didn’t answer. It’s the towns’ wall.", []),
    "decades": ("In the '90s the players' union paid. The ’80s were ‘good’.", ["‘good’"]),
    "shortened": ("'Tis old. Rock 'n' roll is the towns' own. Tell 'em the boys' club left.", []),
    "names": ("O'Brien's, dogs' and cats' homes in L'Aquila", []),
    "nested": ("“He told me ‘no’,” she said.", ["“He told me ‘no’,”"]),
    "nested-in-single": ("‘He told me “no”. We left,’ she said.", ["‘He told me “no”. We left,’"]),
    "nested-at-ends": ("\"'It's true,' he told me,\" she said.", ["\"'It's true,' he told me,\""]),
    "nested-alike": ("“He said “no” to me,” she said.", ["“He said “no” to me,”"]),
    "possessive-within": ("‘The towns’ wall is old,’ he said.", ["‘The towns’ wall is old,’"]),
    "possessive-alone": ("‘Save the towns’ stood on it. ‘Yes’ did not.", ["‘Save the towns’", "‘Yes’"]),
    "guillemets": ("«No,» said Luc. »Nein« is it. « Non », dit-il.", ["«No,»", "»Nein«", "« Non »"]),
    "guillemets-single": ("‹No›, said Luc. ›Nein‹ is it.", ["‹No›", "›Nein‹"]),
    "low-high": ("„Nein“ and „Tak” and ”Nej” and ‚so‘", ["„Nein“", "„Tak”", "”Nej”", "‚so‘"]),
    "doubled": ("``We lost,'' he said. ''We won.''", ["``We lost,''", "''We won.''"]),
    "corner": ("他说「不」。『是』", ["「不」", "『是』"]),
    "feet": ("He is 6'2\" and 5'11\" tall, the wall 30' 20\" long and 12″ high.", []),
    "inches": ('Jon "Bear" sold a 12" pipe. "It was cheap," she said.', ['"Bear"', '"It was cheap,"']),
    "inches-within": ('"It is 12" wide and 6" high," she said.', ['"It is 12" wide and 6" high,"']),
    "feet-within": ("'The wall is 30' long,' she said.", ["'The wall is 30' long,'"]),
    "year-at-end": ('"We closed in 2019" he said. "It was old."', ['"We closed in 2019"', '"It was old."']),
    "ditto": ('Bolts " 4 crowns\nNuts " 3 crowns', []),
    "spaced": ('She wrote " no " and left.', []),
    "stray-open": ('The "old wall. "We left," he said.', ['"We left,"']),
    "stray-close": ('We lost," he said. "It is old," she said.', ['"It is old,"']),
    "stray-curly": ("“We lost. “We won,” he said.", ["“We won,”"]),
    "mixed": ('“We lost," he said. "We won.”', ['“We lost,"', '"We won.”']),
    "no-space": ("He said:“We lost”.", ["“We lost”"]),
    "dashes": ('He said—"We lost"—and left.', ['"We lost"']),
    "brackets": ('He left ("at last").', ['"at last"']),
    "markdown": ('*"We lost,"* he said. **“No”**', ['"We lost,"', "“No”"]),
}  # fmt: skip


@pytest.mark.parametrize(("text", "quotations"), MARKS.values(), ids=MARKS)
def test_quotations_of_a_paragraph(text: str, quotations: list[str]) -> None:
    assert [span.of(text) for span in quoted_in(text, Span(0, len(text))).closed] == quotations


OPEN = {
    "open": ("He left. “We lost. It sank.", "“We lost. It sank.", None),
    "open-behind-closed": ("“We lost,” he said. “It sank.", "“It sank.", None),
    "open-around-single": ("“They said ‘no’ to us.", "“They said ‘no’ to us.", None),
    "open-around-others": ('"They said “no” to us.', '"They said “no” to us.', None),
    "single": ("‘It sank. It’s old.", "‘It sank. It’s old.", None),
    "closed-only": ("It sank,” he said. “No.”", None, "It sank,”"),
    "closed": ("“It sank,” he said.", None, None),
    "stray": ("“It sank. “It rose,” he said.", None, None),
}


@pytest.mark.parametrize(("text", "unclosed", "unopened"), OPEN.values(), ids=OPEN)
def test_marks_without_another(text: str, unclosed: str | None, unopened: str | None) -> None:
    _, left, right = quoted_in(text, Span(0, len(text)))
    assert (left and left.of(text), right and right.of(text)) == (unclosed, unopened)


@pytest.mark.parametrize(
    "unit", ["“a ", "a” ", "'a ", "a's' ", "“‘a «b ", "'\"“”‘’«» ", "''' `` ", "12\" 6' "]
)
def test_marks_take_time_in_proportion(unit: str) -> None:
    began = time.perf_counter()
    quoted_in(unit * 20_000, Span(0, 20_000 * len(unit)))
    assert time.perf_counter() - began < 5


def test_a_parser_sees_plain_marks() -> None:
    text = "‘No, “never”,’ she said. «No.» “Yes.”"
    plain = with_plain_marks(text, quoted_in(text, Span(0, len(text))).closed)
    assert plain == "“No, ‘never’,” she said. “No.” “Yes.”"


SIGNED = {
    "name": ("“We lost.” — Tove Lund", "Tove Lund"),
    "own-line": ("We lost.\n-- Tove Lund", "Tove Lund"),
    "office": ("We lost. – Tove Lund, harbour master", "Tove Lund"),
    "handle": ("We lost. — Orrin Roads (@orrin) May 4, 2026", "Orrin Roads"),
    "handle-alone": ("We lost. — Lund @lund", "Lund"),
    "date": ("We lost. — Tove Lund 4 May 2026", "Tove Lund"),
    "body": ("We lost. — Bank of Orrin", "Bank of Orrin"),
    "shared": ("A post shared by Tove Lund (@lund)", "Tove Lund"),
    "aside": ("We lost — and Lund left", None),
    "aside-of-name": ("We lost — Tove Lund", None),
    "day": ("We lost. — Monday", None),
    "sentence": ("We lost. — Tove Lund left the hall.", None),
}


@pytest.mark.parametrize(("text", "name"), SIGNED.values(), ids=SIGNED)
def test_signatures(text: str, name: str | None) -> None:
    signed = signature_at_end(text, Span(0, len(text)))
    assert (signed and signed[1].of(text)) == name


LEAD_INS = {
    "wrote": ("On Friday Tove Lund wrote:", "Tove Lund"),
    "as-put": ("As the coast guard put it,", "the coast guard"),
    "as-document-puts": ("As the report puts it:", "the report"),
    "in-words": ("In the words of the family's lawyer,", "the family's lawyer"),
    "wrote-bare": ("Tove Lund wrote", "Tove Lund"),
    "wrote-on": ("Tove Lund wrote on Friday.", "Tove Lund"),
    "put-this-way": ("The mayor put it this way.", "The mayor"),
    "what-wrote": ("Here is what Lund wrote:", "Lund"),
    "begins": ("The report begins:", "The report"),
    "opens-with": ("Lund's book opens with these lines:", "Lund's book"),
    "statement": ("A statement from the ministry:", "the ministry"),
    "answer": ("The mayor's answer:", "The mayor"),
    "from": ("From the report:", "the report"),
    "angry": ("Mayor Henrik Aas was angry:", "Mayor Henrik Aas"),
    "angry-and-more": ("She was so angry that the mayor had to change the plan:", None),
    "blunt-alone": ("Lund was blunt.", None),
    "parts": ("The plan has three parts:", None),
    "reported": ("The toll will rise in May, the minister said.", None),
    "found": ("Berg found a note on the door:", None),
}


@pytest.mark.parametrize(("text", "speaker"), LEAD_INS.values(), ids=LEAD_INS)
def test_what_leads_to_a_quotation(text: str, speaker: str | None) -> None:
    (parsed,) = parse(text, [Span(0, len(text))])
    who = led_in_by(parsed, len(text), known=attributions_of(parsed))
    assert (who and who.attribution.source and who.attribution.source.of(text)) == speaker


LEAD_OUTS = {
    "begins": ("That is how the town's report begins, and nobody read it.", "the town's report"),
    "put": ("That was how the mayor put it.", "the mayor"),
    "wrote": ("That is what Lund wrote in May.", "Lund"),
    "so": ("So wrote Tove Lund in 1921.", "Tove Lund"),
    "thus": ("Thus ends the report.", "the report"),
    "words": ("Those were Lund's words in May.", "Lund"),
    "words-of": ("Those are the words of Tove Lund.", "Tove Lund"),
    "did": ("That is how the council closed the quay.", None),
    "why": ("That is why Lund left.", None),
}


@pytest.mark.parametrize(("text", "speaker"), LEAD_OUTS.values(), ids=LEAD_OUTS)
def test_what_points_back_to_a_quotation(text: str, speaker: str | None) -> None:
    (parsed,) = parse(text, [Span(0, len(text))])
    who = led_out_by(parsed)
    assert (who and who.attribution.source and who.attribution.source.of(text)) == speaker
