"""Notices by their form: what speaks of the paper itself, or asks something of the reader, is no claim."""

import pytest

from annotate.article import extract
from annotate.article.reading import text_blocks
from annotate.model import Article

BODY = "The quay was closed on Monday after the wall had sunk by four centimetres, and the ferry stopped."
MORE = "The council will meet again on Friday to vote on the repairs, which the town cannot pay for alone."

# Paragraphs that hold no claim, in the middle or at the foot of an article.
NOTICES = [
    "Correction: An earlier version of this article gave the wrong year. It was 1931.",
    "Correction (4 May): The name of the ship was misspelled.",
    "CLARIFICATION, May 5, 2024 — The share of the town was misstated in an earlier version.",
    "An earlier version of this story said that the wall was new.",
    "This article was amended on 4 May 2024 to correct the name of the ship.",
    "This story has been updated with a statement from the bishop.",
    "This post has been updated to add the council's statement.",
    "The headline of this article was changed on Tuesday.",
    "Update, 4.15 p.m.: This story has been updated with a statement of the council.",
    "UPDATE 3 p.m.: Adds quote from the bishop.",
    "Update: Recasts with the vote, adds quotes.",
    "Editor's note: The writer's sister works for the council.",
    "Editors’ Note, May 4: The photograph showed another quay.",
    "This interview has been edited for length and clarity.",
    "The conversation was condensed for clarity.",
    "Ana Ruiz is a reporter for the Herald. She has covered the region since 2012.",
    "Ana Ruiz covers ports for the Courier.",
    "Bo Silva is professor of law at the University of Arden and the author of “Ports”.",
    "Mara Lind is a freelance writer based in Orrin.",
    "Ana Ruiz writes about the sea. Follow her on X.",
    "Contact Ana Ruiz at ana@herald.example or follow her on Bluesky: @anaruiz.",
    "Email: ana@courier.example",
    "Have a tip? Write to tips@courier.example.",
    "Do you know more about the quay? Write to our desk in confidence.",
    "Got a story? Call us or send a message to the desk.",
    "Share your memories of the ferry with us at desk@courier.example.",
    "This article is for subscribers only.",
    "This story is available exclusively to members.",
    "To continue reading, open a free account or sign in.",
    "To read the full story, subscribe or sign in.",
    "Already a subscriber? Sign in here.",
    "You have read 4 of 4 free articles this month.",
    "You've reached your limit of free articles.",
    "You have 2 free articles left this month.",
    "Get unlimited access for 12 crowns a month.",
    "Subscribe now and get the first month free. Cancel any time.",
    "Start your free trial today.",
    "Good morning. It's Tuesday, 3 March. Here's what you need to know today.",
    "Good evening, and happy Friday!",
    "Mara Lind can be reached at mara@herald.example.",
    "Here are the three things to know.",
    "Good afternoon and thanks for joining us.",
    "Updated 11 March at 9 a.m. with a statement from the company.",
    "If you found this useful, forward it to a neighbour.",
    "Hello and welcome to the morning briefing.",
    "Good evening, and welcome back.",
    "Was this forwarded to you? Sign up here.",
    "Sign up here to get this newsletter in your inbox.",
    "You are receiving this email because you signed up for our newsletter.",
    "That's all for today. See you tomorrow!",
    "That is it from me.",
    "Thanks for reading. If you liked this, pass it to a friend.",
    "Thank you for joining us. Have a great weekend!",
    "What we're reading: Why walls sink (Arden Gazette). How to sell a ship (Norddal Post).",
    "Welcome to our live coverage of the market flood. I'm Ana Ruiz and I'll be with you until eight.",
    "We will bring you the latest as it happens.",
    "We're closing this live blog now.",
    "This live blog is now closed.",
    "You can read our full report here.",
    "You can follow our coverage of the vote here.",
    "Read more: Village buys the chapel for a song",
    "READ MORE | How the tram came to the hill",
    "Read more about the ferry here.",
    "Related: The long decline of the quay",
    "RELATED | How the tram came to the hill",
    "Also in the Courier: The bishop lost his driving licence",
    "More from the Courier: How the wall was built",
    "See also: The mayor was fined",
    "Watch: Divers go down to the wall",
    "Listen: Our podcast on the quay",
    "Don't miss: The best walks by the river",
    "Recommended reading: The wall that sank",
    "Follow our live coverage of the vote.",
    "Click here to see the map.",
    "Please share this with your friends.",
    "Support our work with a small gift.",
    "Donate to keep the Courier free.",
    "Watch the video below.",
    "Methodology: We asked 1,004 adults between 3 and 9 May.",
    "*The poll of 1,004 adults was conducted by telephone. The margin of error is 3 points.",
    "This is a developing story and will be updated.",
    "Corrects the spelling of the mayor's name in paragraph 2.",
    "[Editor's note: The writer is a member of the council.]",
    "The writer is a professor of history at Arden.",
    "About this poll: The institute asked 1,004 adults by telephone.",
    "With reporting from Orrin by Bo Silva",
    "Already have an account? Log in",
    "Ana here, with your weekly look at the harbour.",
    "My colleague Jon Berg will take you through the evening.",
    "Hello and welcome to our live blog on the fire. We'll have updates all day.",
    "That's all from me, Ana Ruiz.",
    "You're receiving this because you signed up at courier.example. Unsubscribe | Manage preferences",
    "RATING: Mostly false",
    "This article originally misstated the price.",
    "We have corrected the name of the buyer. The Courier regrets the error.",
    "A version of this article appears in print on May 4, Section A, Page 3.",
    "Ana Ruiz reported from Orrin.",
    "Bo Silva contributed reporting from Arden.",
    "The Associated Press contributed to this story.",
    "Jon Lund is the Courier's economics editor and the author of “The Price of Salt”.",
    "You can reach Ana Ruiz at ana@courier.example.",
    "Were you on the ferry? We want to hear from you.",
    "Most read in Business",
    "Opinions expressed here are the author's own.",
    "Or log in to your account",
    "Unlimited access to all articles",
    "Continue reading this article with a free account.",
    "There are 3 free articles left this month.",
    "I hope you had a good weekend.",
    "Enjoying this newsletter? Forward it to a friend.",
    "— Ana",
    "(Applause.)",
    "[END OF RECORDING]",
]


def claims_in(text: str) -> list[str]:
    article = Article("quay", text, text_blocks(text))
    claims, skips = extract(article)
    parts = sorted((part.start, part.end) for part in (*claims, *skips))
    assert "".join("".join(text[a:b] for a, b in parts).split()) == "".join(text.split())
    return [claim.text for claim in claims]


OWN = claims_in(f"{BODY}\n\n{MORE}")


@pytest.mark.parametrize("notice", NOTICES)
def test_a_notice_holds_no_claim(notice: str) -> None:
    assert claims_in(f"{BODY}\n\n{MORE}\n\n{notice}") == OWN


AT_THE_FOOT_ONLY = ("Ana Ruiz", "Bo Silva is", "Jon Lund", "Opinions", "Mara Lind", "*The poll", "The writer")


@pytest.mark.parametrize("notice", [each for each in NOTICES if not each.startswith(AT_THE_FOOT_ONLY)])
def test_a_notice_is_no_heading_of_what_follows(notice: str) -> None:
    text = f"{BODY}\n\n{notice}\n\n{MORE}"
    article = Article("quay", text, text_blocks(text))
    claims, _ = extract(article)
    assert [claim.text for claim in claims] == OWN
    assert {claim.section for claim in claims} == {""}


# Sentences of an article that look like notices, and are none.
STAYS = [
    "The paper corrected its figures in May.",
    "Readers donated 4 million crowns.",
    "“Good morning,” he told the court.",
    "Good morning, he told the court.",
    "Correction officers met the mayor on Monday.",
    "Subscribers fell by a third last year.",
    "Sign language is taught at the school in Orrin.",
    "Share prices fell by 3 percent on Monday.",
    "Support for the plan grew in May.",
    "Watch sales fell by 3 percent last year.",
    "Contact between the two towns was lost in 1931.",
    "Copyright law was changed in 2019.",
    "Advertisement revenue fell by a tenth.",
    "Sponsored cyclists rode to Orrin in May.",
    "Related companies paid 4 million crowns to the town.",
    "Read more than once, the letter makes no sense.",
    "This article of the law was amended in 2019.",
    "The article was amended by parliament in 2019.",
    "This story has been told in Orrin for a hundred years.",
    "An earlier version of the bill was refused in May.",
    "The interview was broadcast on Sunday.",
    "The report was updated by the road office in May.",
    "Update costs rose to 4 million crowns.",
    "Update: The mayor resigned on Monday evening.",
    "The live blog was read by 9,000 people.",
    "It is Tuesday, and the hall is empty.",
    "Here the river is a mile wide.",
    "Welcome rain fell on Orrin in May.",
    "Thanks to the divers, the wall was saved.",
    "That is all the town has paid so far.",
    "See levels rose by four centimetres.",
    "To continue the work, the council created a fund.",
    "You can see the quay from the hill.",
    "You have to pay 12 crowns a trip.",
    "“Sign up here,” the mayor told the volunteers.",
    "Sign up here, the mayor told the volunteers.",
    "The mayor told readers to write to the paper.",
    "We will bring the boat home in May.",
    "Follow-up talks were held in Arden on Monday.",
    "Tips from readers led the police to the ship.",
    "The poll of 1,004 adults was conducted by telephone.",
    "Ana Ruiz is a witness in the trial, the court said.",
    "Free articles were handed out at the quay.",
    "Members only paid 4 crowns.",
    "Help arrived at nine.",
    "Call centres were closed in May.",
    "Listen, the wall is old.",
    "We want to know who paid for the wall.",
    "Unlimited access to the port cost the town 4 million crowns.",
    "We will return the boat on Monday.",
    "My support for the mayor ends at the wall.",
    "A version of this story is told in every port.",
    "This story originally came from Arden.",
    "We have removed the old lamps.",
    "The university contributed research on the wall.",
    "Thank heaven for the divers.",
    "Here the wall was built in 1931.",
    "Hello Dolly was shown at the hall in May.",
    "Most read the letter twice.",
    "The live coverage cost 4 million crowns.",
    "More boats from Arden came in May.",
    "Sources close to the mayor left the hall.",
    "Our live music ends at nine.",
    "Our coverage of the coast is mapped by satellite.",
    "You have read access to the register.",
    "There are three free berths in the harbour.",
    "I am Tove Lund and I built this wall.",
    "Contact was made with the ship at nine.",
    "Emails from the mayor to the editor were found in May.",
    "Photo shops closed in May.",
    "Claims that the wall sank were spread in May.",
    "What was said in the hall is not known.",
    "This is consistent with the figures of the road office.",
    "I am pleased with the service on the ferry.",
    "Start-up firms left Orrin in May.",
]


@pytest.mark.parametrize("words", STAYS)
def test_what_looks_like_a_notice_stays(words: str) -> None:
    own = len(claims_in(BODY))
    claims = claims_in(f"{BODY}\n\n{words}\n\n{MORE}")
    assert [*claims[:own], *claims[own - len(OWN) :]] == OWN
    assert " ".join(claims[own : own - len(OWN)]) == words


@pytest.mark.parametrize("words", ["Jon Berg is a fisherman in Orrin.", "Jon Berg is professor of law."])
def test_a_person_of_the_text_is_no_author(words: str) -> None:
    assert (
        claims_in(f"{BODY}\n\nThe letter came from Jon Berg, the police said.\n\n{MORE}\n\n{words}")[-1]
        == words
    )


NEWSLETTER = """1. Tunnel closes

The lift to the tower stops on Sunday. It was opened in 2019.

2. Ferry sold

Norddal bought the ferry for 9 million crowns."""


def test_a_numbered_line_over_a_paragraph_is_its_heading() -> None:
    article = Article("quay", NEWSLETTER, text_blocks(NEWSLETTER))
    assert [(claim.section, claim.text) for claim in extract(article)[0]] == [
        ("1. Tunnel closes", "The lift to the tower stops on Sunday."),
        ("1. Tunnel closes", "It was opened in 2019."),
        ("2. Ferry sold", "Norddal bought the ferry for 9 million crowns."),
    ]


LISTS = {
    "nouns": (
        "The plan has three parts:\n- A second gate in the south\n- Two lamps a metre\n- No trucks at night",
        ["The plan has three parts:"],
    ),
    "nouns and more": (
        "The plan has three parts:\n- the repair of the wall, which the town wants to pay for in May\n"
        "- The toll rises to 14 crowns\n- trucks are banned",
        ["The plan has three parts:", "The toll rises to 14 crowns", "trucks are banned"],
    ),
    "a clause that goes on": (
        "The council said that it would:\n- build a new wall\n- sell the ferry in May",
        ["The council said that it would:", "build a new wall", "sell the ferry in May"],
    ),
    "objects of the clause": (
        "Under the plan the town will receive:\n- 4 million crowns a year\n- a tenth of the toll",
        ["Under the plan the town will receive:", "4 million crowns a year", "a tenth of the toll"],
    ),
    "what we know": (
        "What we know:\n- Two men were arrested.\n- The storm began at 5 a.m.\n- The cause: unknown",
        ["Two men were arrested.", "The storm began at 5 a.m."],
    ),
    "lead-ins without a clause": (
        "Key points:\n- Toll rises by 2 crowns\n- 4,000 cars a day\n\nThe town must:\n1. pay the toll",
        ["Toll rises by 2 crowns", "The town must:", "pay the toll"],
    ),
    "participles": (
        "From May, trucks will be:\n- banned at night\n- weighed at the gate",
        ["From May, trucks will be:", "banned at night", "weighed at the gate"],
    ),
}


@pytest.mark.parametrize(("text", "expected"), LISTS.values(), ids=LISTS)
def test_items_without_a_clause_are_no_claims(text: str, expected: list[str]) -> None:
    assert claims_in(text) == expected
