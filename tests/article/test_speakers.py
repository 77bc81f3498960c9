"""Who speaks in quotations: paragraphs to the source of each claim, "-" for nobody; "> " sets a block apart."""

import pytest

from annotate.article.analysis import analyse
from annotate.model import Block

OVER_PARAGRAPHS = {
    "open": ("“We lost,” Tove Lund said. “It sank.\n“It rose.\n“It fell.”\nThey left.", "Lund Lund Lund Lund -"),
    "cue-last": ("“It sank. It was old.\n“It rose in May,” said Lund.\nThey left.", "Lund Lund Lund -"),
    "cue-between": ("“It sank.\n“It rose,” Lund told the council. “It fell.\n“It is old.”", "Lund Lund Lund Lund"),
    "cue-before": ("Lund told the council:\n“It sank. It was old.\n“It rose in May.”", "- Lund Lund Lund"),
    "colon-in-paragraph": ("Lund said: “It sank. It was old.\n“It rose in May.”", "Lund Lund Lund"),
    "no-cue": ("Lund was blunt.\n“It sank. It was old.\n“It rose in May.”", "- - - -"),
    "no-cue-after": ("“It sank. It was old.\n“It rose in May.”\nLund was blunt.", "- - - -"),
    "straight": ('"It sank," said Lund. "It was old.\n"It rose in May."\nThey left.', "Lund Lund Lund -"),
    "single": ("‘It sank,’ said Lund. ‘It was old.\n‘It rose in May.’\nThey left.", "Lund Lund Lund -"),
    "not-opened-again": ("“It sank,” said Lund. “It was old.\nIt rose in May.”\nThey left.", "Lund Lund Lund -"),
    "author-between": ("“It sank,” said Lund. “It was old.\nThey left.\n“It rose in May.”", "Lund - - -"),
    "author-behind": ("“It sank,” said Lund. “It was old.\n“It rose.” They left. It rained.", "Lund Lund Lund - -"),
    "two-speakers": ("“It sank,” said Lund. “It was old.\n“It rose.”\n“It fell,” said Berg.", "Lund Lund Lund Berg"),
    "cited-within": ("“Berg said it sank.\n“It rose in May,” said Lund.", "Lund Lund"),
    "stray": ("The “old wall sank. It was old.\nThey left. Lund said it rained.", "- - - Lund"),
    "stray-in-both": ("The “old wall sank. It was old.\nThe “new wall, Lund said, rose. They left.", "- - Lund -"),
    "bare-behind-cue": ("The wall sank, Lund said.\n“It was old. It rose in May.”", "Lund Lund Lund"),
    "bare-behind-another": ("“It sank,” Lund said.\nBerg left the hall.\n“It was old.”", "Lund - -"),
    "judged": ("Lund was blunt:\n“It sank. It was old.”", "- Lund Lund"),
    "pronoun": ("Tove Lund left the hall.\nShe was angry:\n“It sank. It was old.”", "- - She She"),
    "thing": ("The wall was old:\n“It sank. It rose.”", "- - -"),
    "signed-below": ("“It sank. It was old.”\n— Tove Lund, harbour master\nThey left.", "Lund Lund -"),
}  # fmt: skip

IN_A_SENTENCE = {
    "both-sides": ("“We lost,” Lund said, “but we paid.” They left.", "Lund Lund -"),
    "both-sides-straight": ('"We lost," Lund said, "but we paid." They left.', "Lund Lund -"),
    "both-sides-single": ("'We lost,' Lund said, 'but we paid.' They left.", "Lund Lund -"),
    "split-subject": ("“The wall,” said Lund, “sank, and nobody paid.” They left.", "Lund Lund -"),
    "inverted": ("“We lost,” said Tove Lund, the harbour master, “and they won.” “Nobody paid.”", "Lund Lund Lund"),
    "further": ("“We lost,” Lund said. “They won.” “Nobody paid.” They left.", "Lund Lund Lund -"),
    "further-apart": ("“We lost,” Lund said. They left. “Nobody paid.”", "Lund - -"),
    "two": ("“We lost,” said Lund. “We won,” said Berg. They left.", "Lund Berg -"),
    "two-further": ("“We lost,” said Lund. “It sank.” “We won,” said Berg. “It rose.”", "Lund Lund Berg Berg"),
    "two-in-one": ("“It sank. It was old,” said Lund, but Berg replied: “It rose. It is new.”", "Lund Lund Berg Berg"),
    "before-and-behind": ("Lund said: “It sank. It was old.” “It rose,” said Berg.", "Lund Lund Berg"),
    "another-between": ("“It sank,” Lund said. Berg shook his head. “It rose. It is new.”", "Lund - - -"),
    "cited-within": ("“Berg said it sank. He lied,” Lund said.", "Lund Lund"),
    "person-reports": ("Lund said that Berg called the wall old. “It sank. We knew.”", "Berg Lund Lund"),
    "nested": ("“They told me, ‘It sank. We paid,’” Lund said. “I left.”", "Lund Lund Lund"),
    "nested-in-single": ("‘They wrote “no” on it. It sank,’ Lund said. They left.", "Lund Lund -"),
    "noted": ("Lund says “it sank. It was old” [3]. They left.", "Lund Lund -"),
    "with-conjunction": ("“It sank. It was old,” Lund said. They left, and Berg paid.", "Lund Lund - -"),
    "judged": ("Lund was blunt: “It sank. It was old.” They left.", "- Lund Lund -"),
    "we": ("“It sank. It was old,” we wrote. They left.", "- - -"),
}  # fmt: skip

MARKS = {
    "single-curly": ("‘It sank. It was old,’ said Lund. ‘Nobody paid.’ They left.", "Lund Lund Lund -"),
    "single-straight": ("'It sank. It was old,' Lund told the Courier. 'It wasn't safe.' They left.", "Lund Lund Lund -"),
    "possessives": ("‘The towns’ wall sank. It’s old,’ said Lund. The towns’ crews left.", "Lund Lund -"),
    "possessives-only": ("The towns' wall sank. The crews' boat left. Lund said it's old.", "- - Lund"),
    "decade": ("In the '90s it sank. The towns' crews left, Lund said. It rained.", "- Lund -"),
    "guillemets": ("«It sank. It was old», said Lund. «Nobody paid.» They left.", "Lund Lund Lund -"),
    "guillemets-inward": ("»It sank. It was old«, said Lund. »Nobody paid.« They left.", "Lund Lund Lund -"),
    "guillemets-spaced": ("« It sank. It was old », said Lund. « Nobody paid. » They left.", "Lund Lund Lund -"),
    "guillemets-single": ("‹It sank. It was old›, said Lund. ‹Nobody paid.› They left.", "Lund Lund Lund -"),
    "low-high": ("„It sank. It was old“, said Lund. „Nobody paid.“ They left.", "Lund Lund Lund -"),
    "low-high-right": ("„It sank. It was old”, said Lund. „Nobody paid.” They left.", "Lund Lund Lund -"),
    "high-high": ("”It sank. It was old”, said Lund. ”Nobody paid.” They left.", "Lund Lund Lund -"),
    "doubled": ("``It sank. It was old,'' said Lund. ``Nobody paid.'' They left.", "Lund Lund Lund -"),
    "inches": ('A 12" pipe broke. It cost 40 crowns. "It was old," Lund said. They left.', "- - Lund -"),
    "inches-within": ('"A 12" pipe broke. It was old," Lund said. They left.', "Lund Lund -"),
    "feet": ("He is 6'2\" tall. The wall is 30' long. 'It sank,' Lund said. They left.", "- - Lund -"),
    "coordinates": ("It lies at 59° 30' 20\". It sank in May. \"It was old,\" Lund said.", "- - Lund"),
    "nickname": ('Tove "the Wall" Lund left. It rained. "It sank," Berg said.', "- - Berg"),
    "title": ('The film "It Sank" opened in May. It cost 4 crowns. "It is dull," Berg said.', "- - Berg"),
    "scare": ("The ‘neutral’ council met. It paid. Lund said that the ‘old’ wall sank. They left.", "- - Lund -"),
    "stray-open": ('The "old wall sank. It was old. "They left," Berg said. It rained.', "- - Berg -"),
    "stray-close": ('The wall sank." It was old. "They left," Berg said. It rained.', "- - Berg -"),
    "two-strays": ('We lost," Lund said. They left. "It is old," Berg said. It rained.', "Lund - Berg -"),
    "mixed": ("“It sank. It was old,\" Lund said. They left.", "Lund Lund -"),
}  # fmt: skip

APART = {
    "no-lead": ("The toll rose, Lund said.\n> It sank. It was old.", "Lund - -"),
    "no-lead-marks": ("It rained. “The toll rose,” Lund said.\n> It sank. It was old.", "- Lund Lund Lund"),
    "colon": ("Lund wrote on Friday:\n> It sank. It was old.\n> It rose.\nThey left.", "Lund Lund Lund Lund -"),
    "statement": ("The ministry said in a statement:\n> It sank. It was old.", "ministry ministry ministry"),
    "as-put": ("As the coast guard put it,\n> It sank. It was old.\nThey left.", "- guard guard -"),
    "in-words": ("In the words of Tove Lund,\n> It sank. It was old.\nThey left.", "Lund Lund Lund -"),
    "wrote": ("It rained. Lund wrote\n> It sank. It was old.\nThey left.", "- - Lund Lund -"),
    "wrote-in-may": ("Lund wrote in May.\n> It sank. It was old.", "- Lund Lund"),
    "wrote-of-something": ("The wall, Lund wrote in May, was sound.\n> It sank. It was old.", "Lund - -"),
    "document": ("The report begins:\n> It sank. It was old.", "- report report"),
    "noun": ("Here is the mayor's answer in full:\n> It sank. It was old.", "mayor mayor"),
    "issued": ("Here is the statement that the water board has just issued:\n> It sank.", "board"),
    "text-of-letter": ("Here is the text of the letter from Tove Lund:\n> It sank. It was old.", "Lund Lund"),
    "issued-by": ("Below is the statement issued by the port:\n> It sank. It was old.", "port port"),
    "sent": ("This is the statement Lund sent us:\n> It sank. It was old.", "- Lund Lund"),
    "what-wrote": ("This is what the board wrote:\n> It sank. It was old.", "- board board"),
    "here-what": ("Here is what the mayor said:\n> It sank. It was old.", "mayor mayor"),
    "in-full": ("The union's statement in full:\n> It sank. It was old.", "union union"),
    "full-text": ("The full text of the ministry's reply:\n> It sank. It was old.", "ministry ministry"),
    "letter-reads": ("The letter reads:\n> It sank. It was old.", "letter letter letter"),
    "document-judged": ("The report, published in May, was blunter:\n> It sank. It was old.", "- report report"),
    "thing-judged": ("The bridge, built in May, was older:\n> It sank. It was old.", "- - -"),
    "thing-shown": ("Here is the house that Lund built:\n> It sank. It was old.", "- -"),
    "thing-looked": ("This is what the wall looked like:\n> It sank. It was old.", "- - -"),
    "thing-issued": ("Here is the ship that the port has just sold:\n> It sank. It was old.", "- -"),
    "noun-alone": ("The mayor's answer:\n> It sank. It was old.", "mayor mayor"),
    "colon-of-others": ("The plan has two parts:\n> It sank. It was old.", "- - -"),
    "signed": ("The toll rose, Berg said.\n> It sank. It was old.\n> — Tove Lund\nThey left.", "Berg Lund Lund -"),
    "signed-within": ("> It sank. It was old. — Tove Lund, harbour master\nThey left.", "Lund Lund -"),
    "signed-handle": ("> It sank. It was old. — Orrin Roads (@orrin) May 4, 2026\nThey left.", "Roads Roads -"),
    "signed-handle-only": ("> It sank. It was old. — Lund @lund\nThey left.", "Lund Lund -"),
    "two-signed": ("> It sank. — Tove Lund\n> It rose. — Jon Berg, mayor\n> It fell.", "Lund Berg -"),
    "own-cue": ("The toll rose, Berg said.\n> “It sank,” Lund said. “It was old.”", "Berg Lund Lund"),
    "led-back": ("> It sank. It was old.\nThat is how the report begins, and nobody read it.", "report report - -"),
    "led-back-so": ("> It sank. It was old.\nSo wrote Tove Lund in 1921.", "Lund Lund -"),
    "not-led-back": ("> It sank. It was old.\nThat is how the council closed the quay.", "- - -"),
    "heading-like-dash": ("> It sank. It was old — and cold.\nThey left.", "- - -"),
}  # fmt: skip

REPORTERS = {
    "told-reporters": (
        "“The pier is shut,” harbour master Tove Lund told reporters on Tuesday. “It won't open this year.”\nLund has led the port since 2009.",
        "Lund Lund -",
    ),
    "colon-long": (
        "Speaking to the Courier, Lund's deputy, Ana Holm, said: “The pier is shut. We have no money. The town must pay.”",
        "Holm Holm Holm",
    ),
    "added": (
        "“The pier is shut,” Lund said. The town voted in May. “It won't open this year,” she added.",
        "Lund - she",
    ),
    "asked-said": (
        "Asked if the pier would open, Lund said: “It won't. The wall is gone.”",
        "Lund Lund",
    ),
    "according": (
        "“The pier is shut. The wall is gone,” according to Lund.",
        "Lund Lund",
    ),
    "according-statement": (
        "“The pier is shut. The wall is gone,” according to a statement from the port.",
        "port port",
    ),
    "multi-cue": (
        "“The pier is shut,” Lund said. “The wall is gone,” she went on. “It won't open.”",
        "Lund she she",
    ),
    "interrupted-twice": (
        "“The pier,” Lund said, “is shut,” and then, after a pause, “and the wall is gone. It won't open.”",
        "Lund Lund Lund",
    ),
    "lead-para-two": (
        "Two divers were heard.\n“The wall is gone,” said Ola Dahl.\n“The pillars are fine,” said Ida Moe. “They will stand.”",
        "- Dahl Moe Moe",
    ),
    "reply": (
        "“Is it shut?” Berg asked. “It is shut,” Lund replied. “It won't open.”",
        "Berg Lund Lund",
    ),
    "letter": (
        "In a letter dated 4 May, the ministry wrote that “the pier is shut. It won't open this year.”",
        "ministry ministry",
    ),
    "partial-2": (
        "The pier is “a wreck”, Lund said, and “nobody will pay for it”. The wall is gone.",
        "Lund Lund -",
    ),
    "crowd": (
        "“Open the pier!” the crowd shouted. “We want it back!” The mayor left.",
        "crowd crowd -",
    ),
    "she-context": (
        "Tove Lund was at the pier. “The wall is gone,” she said. “It won't open.” She left at ten.",
        "- she she -",
    ),
    "between-about": (
        "“The wall is gone,” said Ola Dahl. Dahl has dived here for 20 years. “It won't stand.”",
        "Dahl - Dahl",
    ),
    "between-pronoun": (
        "“The wall is gone,” said Ola Dahl. He has dived here for 20 years. “It won't stand.”",
        "Dahl - Dahl",
    ),
    "between-other": (
        "“The wall is gone,” Dahl told Ida Moe. She shook her head. “It won't stand.”",
        "Dahl - -",
    ),
    "para-pronoun": (
        "“The wall is gone,” said Ola Dahl. He has dived here for 20 years.\n“It won't stand. We saw it.”",
        "Dahl - Dahl Dahl",
    ),
    "para-other": (
        "“The wall is gone,” said Ola Dahl. Ida Moe has dived here for 20 years.\n“It won't stand. We saw it.”",
        "Dahl - - -",
    ),
    "closed-closed": (
        "Dahl said: “The wall is gone. It fell.”\n“It won't stand. We saw it,” said Moe.",
        "Dahl Dahl Moe Moe",
    ),
    "three-open": (
        "“The wall is gone,” said Dahl. “It fell in May.\n“It won't stand.\n“We saw it.\n“Nobody paid.” He left.",
        "Dahl Dahl Dahl Dahl Dahl -",
    ),
    "open-with-inner": (
        "“The wall is gone,” said Dahl. “My boss said ‘leave it’.\n“So we left.”",
        "Dahl Dahl Dahl",
    ),
    "open-mid-cue": (
        "“The wall is gone. It fell in May.\n“It won't stand,” said Dahl. “We saw it.\n“Nobody paid.”\n“I did,” said Moe.",
        "Dahl Dahl Dahl Dahl Dahl Moe",
    ),
    "two-open-chains": (
        "“The wall fell.\n“It won't stand,” said Dahl.\n“It will.\n“It must,” said Moe.",
        "Dahl Dahl Moe Moe",
    ),
    "single-open": (
        "‘The wall fell.\n‘It won’t stand,’ said Dahl, the divers’ head.\nThe divers’ boat left.",
        "Dahl Dahl -",
    ),
    "spokesman": (
        "“We do not comment on single cases,” a spokeswoman for the ministry said in an e-mail. “The law is clear.”",
        "ministry ministry",
    ),
    "title-role": (
        "“It won't stand,” said Dr. Ida Moe, 54, an engineer at the Institute for Dams in Arden. “We told them.”",
        "Moe Moe",
    ),
    "says-present": (
        "“It won't stand,” says Moe. “We told them.” Her office is on the quay.",
        "Moe Moe -",
    ),
    "nested-cue": (
        "“Dahl says it won't stand. He is wrong,” Moe said. “It will.”",
        "Moe Moe Moe",
    ),
    "quoted-in-quote": (
        "Moe said: “The report says ‘the wall is safe’. It is not.” They left.",
        "Moe Moe -",
    ),
    "ellipsis": (
        "“The wall … it fell,” said Dahl … “We saw it.”",
        "Dahl Dahl",
    ),
    "bang": (
        "“It fell!” said Dahl. “We saw it!” They left.",
        "Dahl Dahl -",
    ),
    "block-then-body": (
        "Dahl wrote:\n> The wall fell. We saw it.\nThe wall cost 4 crowns. “It fell,” Moe said.",
        "Dahl Dahl Dahl - Moe",
    ),
    "block-after-marks": (
        "“The wall fell,” Dahl wrote on Friday.\n> We saw it. Nobody paid.",
        "Dahl Dahl Dahl",
    ),
    "block-own-label": (
        "The minister, Ana Petrov, said the wall fell.\n> The wall fell in May. It was old.\nThat is from the report.",
        "Petrov - - -",
    ),
    "block-said-author": (
        "> The wall fell in May. It was old.\nThus the report, and nobody disagreed.",
        "- - -",
    ),
    "block-as-said": (
        "As the engineer Ida Moe said at the time:\n> The wall fell in May. It was old.",
        "Moe Moe Moe",
    ),
    "block-reads": (
        "The note, which was found in May, reads:\n> The wall fell. It was old.",
        "note note note",
    ),
    "block-full": (
        "The ministry's statement in full:\n> The wall fell. It was old.",
        "ministry ministry",
    ),
    "block-colon-thing": (
        "These are the rules:\n> The gate is shut at nine. Nobody enters.",
        "- - -",
    ),
    "block-email": (
        "In an e-mail to the Courier, Moe's lawyer said:\n> The wall fell. It was old.",
        "lawyer lawyer lawyer",
    ),
    "block-cue-behind": (
        "> “The wall fell. It was old.”\n“It was,” Moe said.",
        "- - Moe",
    ),
}

GROUPS = {"over": OVER_PARAGRAPHS, "in": IN_A_SENTENCE, "marks": MARKS, "apart": APART, "news": REPORTERS}
ALL = {f"{group}-{name}": case for group, cases in GROUPS.items() for name, case in cases.items()}


def sources_of(paragraphs: str) -> str:
    """Return the last word of the source of each claim, in order."""
    text, blocks = "", []
    for line in paragraphs.split("\n"):
        words = line.removeprefix("> ")
        blocks.append(Block(len(text), len(text) + len(words), "body" if words == line else "quote"))
        text += words + "\n\n"
    claims = [piece for pieces in analyse(text, blocks) for piece in pieces if piece.skip is None]
    named = [claim.attribution.source if claim.attribution else None for claim in claims]
    return " ".join(source.of(text).split()[-1] if source else "-" for source in named)


@pytest.mark.parametrize(("paragraphs", "sources"), ALL.values(), ids=ALL)
def test_each_claim_has_its_speaker(paragraphs: str, sources: str) -> None:
    assert sources_of(paragraphs) == sources
