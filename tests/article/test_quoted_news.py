"""Whole news items with quotations as reporters lay them out: whose words each claim is, "" for nobody."""

from pathlib import Path

import pytest

from annotate.article import extract_claims, read_article

ITEMS = {
    "ferry": (
        """The ferry between Halden and Orsk will stop in October, its owner said on Tuesday.

“We have lost money on every crossing since the bridge opened,” Signe Dahl, who runs the line, told reporters. “The boat needs a new engine. Nobody will pay for it.

“The crew of nine will keep their jobs. Two of them move to the port.”

About 300 people use the boat each day.

“I take it to school. There is no bus,” said Nils Roe, 15.

The province gave the line 2 million crowns last year.""",
        {
            "The ferry between": "its owner",
            "lost money on every": "Signe Dahl",
            "needs a new engine": "Signe Dahl",
            "Nobody will pay": "Signe Dahl",
            "crew of nine": "Signe Dahl",
            "Two of them": "Signe Dahl",
            "About 300": "",
            "I take it": "Nils Roe",
            "no bus": "Nils Roe",
            "2 million crowns last": "",
        },
    ),
    "fire": (
        """A fire destroyed the old rope works in Kesten on Saturday night.

‘We saw the smoke at ten. The roof fell in an hour later,’ said neighbour Olga Brandt. ‘My windows are black.’

The firemen’s hoses did not reach the river. The towns’ shared pump was under repair.

‘It was a matter of minutes,’ the fire chief said, ‘and we lost the building.’ Nobody was hurt.

The works opened in the ’20s and closed in 1987.""",
        {
            "A fire destroyed": "",
            "saw the smoke": "Olga Brandt",
            "roof fell": "Olga Brandt",
            "My windows": "Olga Brandt",
            "hoses did not": "",
            "shared pump": "",
            "matter of minutes": "the fire chief",
            "we lost the building": "the fire chief",
            "Nobody was hurt": "",
            "works opened": "",
        },
    ),
    "vote": (
        """The council of Melby rejected the plan by 14 votes to nine.

Mayor Henrik Aas was angry:

“This is a black day for the town. We lose 40 jobs. The plant goes to Torsby.”

“The plant was never safe,” said Lise Moe of the Greens. “It burned twice.” “We told them so in May.”

The next meeting is on 3 June.""",
        {
            "rejected the plan": "",
            "black day": "Henrik Aas",
            "We lose 40": "Henrik Aas",
            "goes to Torsby": "Henrik Aas",
            "never safe": "Lise Moe",
            "burned twice": "Lise Moe",
            "told them so": "Lise Moe",
            "next meeting": "",
        },
    ),
    "court": (
        """A court in Varde fined the Lindal dairy 90,000 crowns on Monday.

“The company knew of the leak in March,” Judge Peter Holt said. “It waited until June. Two wells were spoiled.

“The fine is meant to be felt.

“No firm may save money at its neighbours’ cost.”

The dairy has two weeks to appeal. Its lawyer left the court without a word.

“They got off cheaply. My well is dead,” Karen Friis, a farmer, said.""",
        {
            "fined the": "",
            "knew of the leak": "Peter Holt",
            "waited until June": "Peter Holt",
            "Two wells": "Peter Holt",
            "meant to be felt": "Peter Holt",
            "No firm may": "Peter Holt",
            "two weeks to appeal": "",
            "Its lawyer left": "",
            "got off cheaply": "Karen Friis",
            "My well is dead": "Karen Friis",
        },
    ),
    "school": (
        """Parents in Grimstad want the school in Nes to stay open.

"The bus takes 50 minutes," Marte Lie said, "and the road is closed in winter." Her son is in the first year.

The school has 21 pupils. A desk there is 24" high and the door is 6'2".

"We cannot run a school for 21 children. It costs too much," said Jan Eek, who heads the school board. "There is room in Vik," he added.

The "little school," as everyone calls it, was built in 1911. It has two rooms.""",
        {
            "takes 50 minutes": "Marte Lie",
            "closed in winter": "Marte Lie",
            "Her son": "",
            "has 21 pupils": "",
            '24" high': "",
            "cannot run": "Jan Eek",
            "costs too much": "Jan Eek",
            "room in Vik": "he",
            "was built in 1911": "",
            "has two rooms": "",
        },
    ),
    "tax": (
        """The finance ministry published its figures on Thursday.

In a letter to the towns, Minister Ana Petrov wrote:

> The towns spent more than they had. The state cannot pay the difference.
>
> A new law will follow in spring.

The union of towns disagreed.

> We never saw the figures.

— Karl Winter, head of the union

The law needs a majority in both houses.""",
        {
            "published its figures": "",
            "spent more than": "Ana Petrov",
            "cannot pay": "Ana Petrov",
            "new law will": "Ana Petrov",
            "union of towns disagreed": "",
            "never saw the figures": "Karl Winter",
            "needs a majority": "",
        },
    ),
    "rail": (
        """«The train was late again,» said Luc Morel, who travels from Bex to Sion each day. «It is always late.»

»Wir warten jeden Tag« is what the sign says in German. The company „Westbahn“ runs the line.

“The driver told us, ‘There is a cow on the line. We wait,’” passenger Rosa Keller said. “We waited for an hour.”

The company’s punctuality was 71 per cent in May. A spokesman did not call back.""",
        {
            "train was late": "Luc Morel",
            "always late": "Luc Morel",
            "runs the line": "",
            "cow on the line": "Rosa Keller",
            "waited for an hour": "Rosa Keller",
            "was 71 per cent": "",
            "did not call": "",
        },
    ),
    "bridge": (
        """“The steel came in March. The bolts were too short.

“We sent them back. The firm sent the same bolts again,” engineer Tom Reed told the inquiry.

Reed has worked for the county since 2004.

“It was nobody’s fault. These things happen,” a lawyer for the firm replied.

The bridge cost 11 million crowns. It opened a year late.""",
        {
            "steel came": "Tom Reed",
            "bolts were too short": "Tom Reed",
            "sent them back": "Tom Reed",
            "same bolts again": "Tom Reed",
            "since 2004": "",
            "nobody’s fault": "a lawyer for the firm",
            "things happen": "a lawyer for the firm",
            "cost 11 million": "",
            "a year late": "",
        },
    ),
    "clinic": (
        """The clinic in Harlow will close its night ward, doctors were told on Friday.

Dr. Mina Shah was tired.

“Nobody asked us. We heard it on the radio.”

"It is a mistake," said nurse Paul Kerr. "The next hospital is 40 miles away," said Joan Pitt, a patient. "I have no car."

The “night ward has 12 beds and four nurses.

The health board meets again on 9 May. It has not answered.""",
        {
            "Nobody asked us": "",
            "heard it on the radio": "",
            "It is a mistake": "Paul Kerr",
            "40 miles away": "Joan Pitt",
            "I have no car": "Joan Pitt",
            "12 beds": "",
            "meets again": "",
            "not answered": "",
        },
    ),
    "storm": (
        """As the coast guard put it,

> The sea took the pier in ten minutes. Nobody could have stopped it.

The pier was built in 1890 and had a theatre at its end.

> I danced there as a girl. My mother sold tickets.
>
> — Vera Quist, 81 (@veraq) 4 May 2026

“It will be rebuilt,” Mayor Dan Holm promised, “but the theatre is gone.” He gave no date.

The insurers said the damage came to 6 million crowns.""",
        {
            "sea took the pier": "the coast guard",
            "Nobody could have": "the coast guard",
            "built in 1890": "",
            "danced there": "Vera Quist",
            "mother sold tickets": "Vera Quist",
            "will be rebuilt": "Dan Holm",
            "theatre is gone": "Dan Holm",
            "He gave no": "",
            "6 million": "The insurers",
        },
    ),
    "museum": (
        """``We bought the painting in good faith,'' director Lars Falk said. ``The seller showed us papers. They were false.''

The picture, "Winter at Sund," hung in the hall for 30 years. It shows a boat.

In the words of the family's lawyer:

"The painting was taken by force. The family wants it back."

The family's claim was filed in 1998. The museum's own report said so.""",
        {
            "in good faith": "Lars Falk",
            "showed us papers": "Lars Falk",
            "They were false": "Lars Falk",
            "hung in the hall": "",
            "shows a boat": "",
            "taken by force": "the family's lawyer",
            "wants it back": "the family's lawyer",
            "filed in 1998": "",
        },
    ),
    "strike": (
        """The drivers of Rodby went on strike at midnight.

"We drive ten hours," said Mia Krog. "They pay us for eight." Krog has driven a bus since 2012. She has two children.

"The firm's offer was fair," the head of the bus firm, Ole Bang, said in a statement. "The union's demands would cost 9 million crowns. We do not have the money.

"We hope that talks go on."

The strike may last a week. In '98 it lasted three. The drivers' last rise was 2 per cent.""",
        {
            "drive ten hours": "Mia Krog",
            "pay us for eight": "Mia Krog",
            "driven a bus": "",
            "two children": "",
            "offer was fair": "Ole Bang",
            "would cost 9 million": "Ole Bang",
            "do not have the money": "Ole Bang",
            "hope that talks": "Ole Bang",
            "may last a week": "",
            "In '98": "",
            "last rise": "",
        },
    ),
    "inquiry": (
        """HOLM, March 3 (Tidal) - A mine in the north was told twice to pump out its lower level before it flooded, an inquiry in Holm heard on Monday.

"The first letter was sent in June," counsel to the inquiry, Rhea Stone, said. "No one answered it."

"The second was sent in August," she continued. "It was found in a drawer.

"I ask you to remember that drawer."

The owners, Stone told the panel, "had the pumps, had the money and had the time". They had neither the will nor the wit, she said.

Four miners died in the flood, the worst in the valley since 1931, according to the miners' union.

In a statement that was read to the inquiry, a foreman, who has since left the firm, said he had begged for a second pump. A colleague, whose shift ended an hour before the flood, said the same.

The owners have been accused by the union of selling the pumps. There were also claims from three former clerks that the books had been changed. Suspicions were also voiced by a local councillor.

The inspectors' last report, which was never published, was harsher:

    The lower level is not fit for men. It should be shut at once.

    The pumps are too few, and none of them has been tested.

Mining cost the county 14 lives last year, state figures show. Accidents have fallen by half since 2010, the ministry's own data show, although the number of mines has not.

The Holm Post quoted a widow as saying that nobody had called her. "I heard it on the radio," the paper quoted her as saying.

Asked why the pumps were sold, a director who asked not to be identified said they were old. Asked the same question, the firm's lawyer shrugged.

The mine's owner, Pell Ltd, did not respond to a request for comment. A spokesman warned against jumping to conclusions: "An inquiry is not a trial."

Governor Ada Voss has backed the inquiry, saying it will bring the truth to light. Her rival, Tom Reeve, dismissed it as a show.

"Pumps, not promises," read a banner over the gate. A sign beside it said the mine was closed.

This is what the panel's chair wrote in her first note:

    We will look at every letter. We will hear every man.

The hearing continues on Tuesday. Stone went on holiday after the last one.""",
        {
            "The first letter": "Rhea Stone",
            "No one answered": "Rhea Stone",
            "The second was": "she",
            "found in a drawer": "she",
            "remember that drawer": "she",
            "neither the will": "she",
            "Four miners": "miners' union",
            "a foreman": "a foreman",
            "A colleague": "A colleague",
            "selling the pumps": "the union",
            "the books had": "three former clerks",
            "last report": "",
            "not fit for men": "last report",
            "shut at once": "last report",
            "pumps are too few": "last report",
            "been tested": "last report",
            "14 lives": "state figures",
            "by half since": "own data",
            "although the number": "",
            "nobody had called": "a widow",
            "on the radio": "her",
            "they were old": "a director",
            "shrugged": "",
            "did not respond": "",
            "jumping to conclusions": "A spokesman",
            "bring the truth": "Ada Voss",
            "dismissed it": "Tom Reeve",
            "not promises": "a banner over the gate",
            "mine was closed": "A sign",
            "every letter": "chair",
            "every man": "chair",
            "hearing continues": "",
            "went on holiday": "",
        },
    ),
}


@pytest.mark.parametrize(("text", "sources"), ITEMS.values(), ids=ITEMS)
def test_each_quotation_has_its_speaker(tmp_path: Path, text: str, sources: dict[str, str]) -> None:
    file = tmp_path / ("item.md" if "\n>" in text else "item.txt")
    file.write_text(text, encoding="utf-8")
    article = read_article(str(file))
    claims = extract_claims(article)
    for words, who in sources.items():
        (claim,) = (claim for claim in claims if words in claim.text)
        source = (
            claim.attribution.source.of(article.text)
            if claim.attribution and claim.attribution.source
            else ""
        )
        assert (who.lower() in source.lower()) if who else not source, words
