"""Pages as different systems lay them out: what a reader sees is kept, what stands around it is not."""

from typing import NamedTuple

import pytest

from annotate.article.reading.page import read_page

P = (
    "The council of Orrin voted on Monday to close the old quay, after divers had found cracks in two pillars.",
    "Some forty boats have to move to the new basin before the end of June, the harbour office wrote.",
    "The last survey of the pillars was made in 1998, and nobody has looked at them since.",
    "A new wall would cost nine million crowns, which the town does not have.",
)
TEXT = "".join(f"<p>{each}</p>" for each in P)
NAV = '<nav><ul><li><a href="/">Home</a></li><li><a href="/n">News of the day</a></li></ul></nav>'
FOOT = "<footer><p>Copyright 2025 The Tidewater Courier. All rights reserved.</p></footer>"


class Specimen(NamedTuple):
    """A page's body, the words that must be read, and those that must not."""

    name: str
    body: str
    kept: tuple[str, ...]
    out: tuple[str, ...] = ()


def article(inner: str, *, before: str = "", behind: str = "") -> str:
    return f"{NAV}{before}<article><h1>Quay closes</h1>{inner}</article>{behind}{FOOT}"


def posts(tag: str, attributes: str, count: int = 7) -> str:
    return "".join(
        f"<{tag} {attributes}><time>1{n}.05</time><h2>Update {n}</h2><p>Pier {n} was closed at noon after a wave "
        f"had broken over its wall.</p><p>Some {n}00 boats were moved to Kelp Bay.</p></{tag}>"
        for n in range(count)
    )


POSTS = tuple(f"Pier {n} was closed" for n in range(7)) + tuple(f"Some {n}00 boats" for n in range(7))
CARD = '<a href="/{0}"><img src="{0}.jpg"></a><h3><a href="/{0}">Mill number {0} is sold to a brewer</a></h3>'
CARDS = "".join(
    f'<div class="card">{CARD.format(n)}<p>Brewers took mill {n} over.</p></div>' for n in range(4)
)
TEASERS = "".join(
    f'<article class="teaser">{CARD.format(n)}<p>The brewers took the mill number {n} over last week.</p></article>'
    for n in range(4)
)
LINKS = "".join(f'<li><a href="/{n}">The ferry to island {n} runs again</a></li>' for n in range(5))
GALLERY = "".join(
    f'<figure><img src="{n}.jpg"><figcaption>Crew {n} carries a hose to the pier. Petra Holm/Norddal Press'
    "</figcaption></figure>"
    for n in range(14)
)
FACTS = "<h2>At a glance</h2><p>The quay was built in 1912 by the province.</p><p>It is 340 metres long.</p>"
LONG = (
    "The quay was built in 1912 and widened twice, in 1931 and in 1964, by two companies from the south. " * 3
)

SPECIMENS = (
    # ---- text that is seen
    Specimen("sibling articles", f"{NAV}<main><h1>Live</h1>{posts('article', 'class=post')}</main>", POSTS),
    Specimen("sections of a live page", f"<main><h1>Live</h1>{posts('section', 'class=entry-live')}</main>", POSTS),
    Specimen("posts in divisions", f"<div id=page><h1>Live</h1>{posts('div', 'class=lb-post')}</div>", POSTS),
    Specimen("posts in a list", f"<main><h1>Live</h1><ol>{posts('li', 'class=update')}</ol></main>", POSTS),
    Specimen(
        "nested articles", f"{NAV}<article class=live><h1>Live</h1><p>{P[0]}</p>{posts('article', 'class=update')}"
        f"</article>", (P[0], *POSTS),
    ),
    Specimen(
        "posts below a long introduction",
        f"<main><article class=lead><h1>Live</h1>{TEXT}</article><div class=stream>{posts('article', 'class=up')}"
        f"</div></main>", (*P, *POSTS),
    ),
    Specimen("gallery", article(GALLERY), tuple(f"Crew {n} carries" for n in range(14))),
    Specimen("gallery behind text", article(f"{TEXT}{GALLERY}"), (*P, "Crew 0 carries", "Crew 13 carries")),
    Specimen(
        "layout table",
        f"<table><tr><td>{NAV}</td><td><font size=2>{'<br><br>'.join(P)}</font></td></tr></table>", P, ("Home",),
    ),
    Specimen(
        "tables in tables",
        f'<table width=600><tr><td><table><tr><td><p>{P[0]}</p></td></tr></table><table><tr><td><p>{P[1]}</p><p>{P[2]}'
        f"</p></td></tr><tr><td>{P[3]}</td></tr></table></td></tr></table>", P,
    ),
    Specimen("line breaks only", f"<div class=text>{'<br/><br/>'.join(P)}</div>", P),
    Specimen("divisions only", f"<div>{''.join(f'<div>{each}</div>' for each in P)}</div>", P),
    Specimen(
        "definitions", article(f"{TEXT}<dl><dt>Toll</dt><dd>The toll rose to 14 crowns in May.</dd><dt>Owner</dt>"
        f"<dd>The tunnel belongs to Norddal.</dd></dl>"), (*P, "The toll rose to 14", "belongs to Norddal"),
    ),
    Specimen(
        "questions that open", article(f"{TEXT}<details><summary>Who pays?</summary><p>The province pays half of the "
        f"bill.</p></details>"), (*P, "Who pays?", "pays half of the bill"),
    ),
    Specimen(
        "a fact box", article(f"<p>{P[0]}</p><aside class=factbox>{FACTS}</aside><p>{P[1]}</p><p>{P[2]}</p>"),
        ("At a glance", "built in 1912", "340 metres"),
    ),
    Specimen("a standfirst", article(TEXT, before="") .replace(
        "</h1>", '</h1><p class="standfirst">Divers found cracks, and all boats must leave before summer.</p>'
    ), ("all boats must leave",)),
    Specimen(
        "short answers between", article(f"<p>{P[0]}</p><p>Nobody knew.</p><p>{P[1]}</p><div><p>They paid.</p></div>"
        f"<p>{P[2]}</p>"), ("Nobody knew.", "They paid."),
    ),
    Specimen(
        "paragraphs in their own boxes",
        article("".join(f'<div class="slice slice-{n}"><div class=inner><p>{p}</p></div></div>' for n, p in enumerate(P))),
        P,
    ),
    Specimen("a data table", article(f"{TEXT}<table><tr><th>Year</th><th>Boats</th></tr><tr><td>2018</td><td>212"
        f"</td></tr></table>"), ("Year | Boats", "2018 | 212")),
    Specimen("text in noscript", f"{NAV}<div id=root></div><noscript><h1>Quay closes</h1>{TEXT}</noscript>", P),
    Specimen("inserted words", article(f"{TEXT}<p>The toll is <ins>14</ins> <del>12</del> crowns.</p>"),
             ("The toll is 14 crowns.",), ("12 crowns",)),
    # ---- text that is not seen
    Specimen("hidden", article(f"{TEXT}<p hidden>The mayor owns the ferry line.</p>"), P, ("mayor owns",)),
    Specimen("not displayed", article(f'{TEXT}<div style="color:red; display : none"><p>The mayor owns it all.</p></div>'),
             P, ("mayor owns",)),
    Specimen("for screen readers", article(
        f'{TEXT}<p>Seven engineers<span class="screen-reader-text">opens a window</span> came.'
        f'<i class="visually-hidden">Icon of a boat</i> <b class="sr-only">bold!</b> It rained.</p>'),
        ("Seven engineers came. It rained.",), ("opens a window", "Icon of", "bold!")),
    Specimen("hidden from readers of screens", article(f'{TEXT}<span aria-hidden="true">Skip this ad</span>'), P, ("Skip",)),
    Specimen("struck out", article(f"{TEXT}<p>It cost <s>4</s> <strike>5</strike> 6 crowns.</p>"), ("It cost 6 crowns.",)),
    Specimen("an advertisement", article(
        f"<p>{P[0]}</p><div class='ad-slot'><p>Buy the fastest boat of the whole coast now.</p></div>"
        f"<p>{P[1]}</p><div id='div-gpt-ad-17'><span>Advertisement</span></div><p>{P[2]}</p>"), P[:3], ("fastest boat", "Advert")),
    # ---- furniture
    Specimen("related cards", article(TEXT, behind=f"<section class=related><h2>More news</h2>{CARDS}</section>"),
             P, ("Mill number", "Brewers took", "More news")),
    Specimen("cards without a name", article(TEXT, behind=f"<section><h2>More news</h2>{CARDS}</section>"),
             P, ("Mill number", "Brewers took")),
    Specimen("teasers as articles", f"{NAV}<main><article class=full><h1>Quay closes</h1>{TEXT}</article>{TEASERS}</main>",
             P, ("Mill number", "brewers took")),
    Specimen("links inside the text", article(
        f"<p>{P[0]}</p><div class='inline-related'><h4>Read more</h4><ul>{LINKS}</ul></div><p>{P[1]}</p>"),
        P[:2], ("The ferry to island",)),
    Specimen("a list of links", article(f"<p>{P[0]}</p><p>{P[1]}</p><ul>{LINKS}</ul><p>{P[2]}</p>"), P[:3],
             ("The ferry to island",)),
    Specimen("share bar", article(f"<ul class='share-buttons'><li>Share on X</li><li>Copy this link</li></ul>{TEXT}"), P,
             ("Share on", "Copy this")),
    Specimen("newsletter box", article(
        f"<div class='newsletter-signup'><p>Get the news of the coast every morning in your mailbox.</p>"
        f"</div>{TEXT}"), P, ("every morning",)),
    Specimen("author", article(
        f"{TEXT}<div class='author-bio'><p>Ana Ruiz is a reporter for the Herald. She has covered the region since 2012.</p>"
        f"</div>"), P, ("Ana Ruiz is",)),
    Specimen("comments", article(TEXT, behind="<section id=comments><h2>2 comments</h2><div class=comment><p>I never "
             "liked that quay, and I told them so for years.</p></div></section>"), P, ("never liked",)),
    Specimen("cookie banner", article(TEXT, before="<div class='cookie-banner'><p>We use cookies to make this site work, and "
             "to count who reads it.</p><button>Accept</button></div>"), P, ("We use cookies", "Accept")),
    Specimen("key events", f"<main><h1>Live</h1><div class=key-events><h2>Key events</h2><ul>{LINKS}</ul></div>"
             f"{posts('div', 'class=block')}</main>", POSTS, ("The ferry to island",)),
    Specimen("sidebar", f"{NAV}<div class=wrap><div class=content>{TEXT}</div><div class=sidebar><h3>Most read</h3>"
             f"<p>The brewers of the old mill have sold their last barrel to the mayor.</p></div></div>", P, ("brewers",)),
    Specimen("a pulled quotation", article(
        f"<p>{P[0]}</p><aside><p>{P[3]}</p></aside><p>{P[2]}</p><p>It said: {P[3]}</p>"), P[2:]),
    Specimen("a wrapper with a telling name", f"<div class='site has-sidebar with-related'><article class='post tag-ads'>"
             f"{TEXT}</article></div>", P),
    Specimen("teasers beside the text in one box", f"{NAV}<main><h1>Quay closes</h1><div class=copy>{TEXT}</div><div>"
             f"{CARDS * 4}</div></main>", P, ("Mill number", "Brewers took")),
    Specimen("a teaser between paragraphs", article(
        f"<p>{P[0]}</p><div class=x><h4><a href=/1>The lamp keeper of Sule has gone</a></h4><p>She left the island on "
        f"Friday.</p></div><p>{P[1]}</p><p>{P[2]}</p>"), P[:3], ("lamp keeper", "She left")),
    Specimen("a picture of a teaser", article(
        f"{TEXT}<div><figure><img src=a><figcaption>A lamp burns.</figcaption></figure><a href=/1>The lamp keeper of Sule "
        f"has gone</a></div>"), P, ("A lamp burns", "lamp keeper")),
    Specimen("German furniture", article(
        f"{TEXT}<div class='anzeige'>Kaufen Sie jetzt das schnellste Boot der ganzen Küste.</div><div class='teilen'><p>"
        f"Artikel mit Freunden teilen oder drucken.</p></div>",
        behind="<section class='kommentare'><p>Ich habe diesen Kai nie gemocht und sagte es allen.</p></section>"),
        P, ("schnellste Boot", "mit Freunden", "nie gemocht")),
    Specimen("rows of one class", f"<div class=row><p>The paper of the coast since 1893.</p></div><div class=row>{TEXT}</div>"
             f"<div class=row>{CARDS}</div>", P, ("Mill number", "Brewers took")),
    Specimen("posts with linked titles", "<main><h1>Live</h1>" + "".join(
        f'<div class=post><h2><a href="#{n}">The wind turns to the west {n}</a></h2><p>Pier {n} was closed at noon after a '
        f"wave had broken over its wall.</p></div>" for n in range(7)) + "</main>", POSTS[:7]),
    Specimen("a page of short news", f"<main>{NAV}<article><h1>Quay closes</h1><p>{P[0]}</p></article><div>{CARDS * 5}</div></main>",
             P[:1], ("Mill number", "Brewers took")),
    Specimen("tags and dates", article(
        f"<div class=meta>Published 12 May 2025, 10.34</div>{TEXT}<div class=tags><a href=/a>Harbour</a> <a href=/b>Quay</a>"
        f"</div>"), P, ("Harbour",)),
    Specimen("print and font size", article(f"<div class=tools><span>Print</span><span>A+</span></div>{TEXT}"), P, ("Print", "A+")),
    Specimen("a long quotation", article(f"<p>{P[0]}</p><blockquote><p>{P[1]}</p><p>{P[2]}</p></blockquote><p>{P[3]}</p>"), P),
    Specimen("a list of sentences", article(f"<p>{P[0]}</p><ol><li>{P[1]}</li><li><p>{P[2]}</p></li><li>Lamps</li></ol>"),
             (*P[:3], "Lamps")),
    Specimen("a letter", article(f"{TEXT}<address>Harbour office, North Quay 4, Orrin</address><p>Yours, T. Lund.</p>"),
             (*P, "Yours, T. Lund.")),
    Specimen("preformatted", article(f"<p>{P[0]}</p><pre>{P[1]}\n{P[2]}</pre>"), P[:1]),
    Specimen("a form around the page", f"<form action=/>{NAV}<div class=body>{TEXT}</div></form>", P),
)  # fmt: skip


@pytest.mark.parametrize("page", SPECIMENS, ids=lambda page: page.name)
def test_what_is_read(page: Specimen) -> None:
    html = (
        f"<!doctype html><html lang=en><head><title>Quay closes</title></head><body>{page.body}</body></html>"
    )
    text = " ".join(read_page(html.encode(), name="page.html").text.split())
    assert [words for words in page.kept if words not in text] == [], text
    assert [words for words in page.out if words in text] == [], text
    assert [words for words in page.kept if text.count(words) > 1] == [], text
