"""Notices: what speaks of the paper and its page, or asks something of the reader, rather than of the world.

They are told by their form: a label such as "Correction (4 May):", words about the article itself, an address
to the reader, a person at the foot whom the text has not named. Each pattern reads the beginning of a sentence.
Known limits: a notice that states a fact in plain words ("The poll of 1,004 adults was conducted by telephone")
is body text.
"""

from __future__ import annotations

import re
from functools import cache

from annotate.config import word_list

NOTICE_WORDS = 90
#: Texts that can only be the paper's own, and those that may be somebody else's as well.
_OWN = r"(?:article|story|piece|column|newsletter|podcast|episode|interview|conversation|transcript|live ?blog|blog|page|content|video|q&a)"
_TEXT = (
    rf"(?:{_OWN}|post|report|headline|caption|photo caption|version|summary|graphic|chart|map|introduction)"
)
_WEEKDAY = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day"
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.?"
_THIS_TEXT = rf"(?:this|the full|the rest of this|(?:the|an?) (?:[a-z]+ )?(?:headline|caption|photograph|summary)? ?(?:in|on|of|to|with) this) {_TEXT}"
#: A day or hour, a number or a bracket behind a label: "Correction (4 May):", "Update, 3 p.m.:", "Update 2:".
_WHEN = r"(?:[\s,]*(?:\([^()\n]{1,40}\)|(?:[a-z]{3,9}\.? )?\d[\w:.,]{0,9}(?: [\w.,:]{1,9}){0,4}))?"
_END = r"[.!…,]*[\"”’)]*$"

#: What speaks of the article itself: "This story has been updated", "An earlier version of this article said".
OF_ITSELF = (
    rf"{_THIS_TEXT} (?:(?:was|were|has been|have been|is being|will be) )(?:(?:\w+ly|since|also|first) )?"
    r"(?:updated|corrected|amended|edited|revised|clarified|changed|condensed|shortened|abridged|translated|adapted|published"
    r"|republished|produced|supported|funded|sponsored|recorded|made possible)\b(?! (?:in|by) parliament)",
    rf"(?:an?|the|in an?|in the) (?:earlier|previous|original|prior) version of (?:this|the|our) {_TEXT}\b",
    rf"{_THIS_TEXT} (?:is|are) (?:\w+ly |only |now )?(?:for (?:\w+ly )?(?:\w+ )?(?:subscribers|members|readers)|available (?:\w+ly )?(?:only )?(?:to|for) (?:our )?(?:\w+ )?(?:subscribers|members|readers)"
    r"|reserved for|exclusive to|free (?:to|for)|locked|closed|part of (?:our|the|a) (?:series|newsletter|project))\b",
    rf"(?:this is a (?:developing|breaking) |this {_OWN} (?:is|will be) (?:being |continuously |constantly )?(?:updated|developing)\b)",
    r"(?:more|details|updates) to (?:come|follow)\b|check back\b|with reporting (?:by|from)\b",
    r"(?:so )?we (?:rate|rated) (?:this|that|the|it|his|her|their)\b",
    rf"{_THIS_TEXT} (?:has (?:now )?(?:ended|closed)|will (?:now )?(?:close|end|continue))\b",
    r"[^.!?\n]{0,80}\b(?:edited|condensed|shortened|abridged)(?: and \w+)? for (?:length|clarity|brevity|style|space)\b",
    r"(?:adds|updates|recasts|corrects|removes|rewrites|refiles|repeats)\b(?! up\b)[^.!?]*(?:\b(?:comments?|quotes?|details?|background|headline|paragraph|paras?|analysts?|byline|link|statement|reaction|vote)\b)",
    r"(?:methodology|how we did it|about (?:this|the) (?:poll|survey|story|article|series|data)):",
    rf"our (?:live )?coverage (?:has ended|ends|continues|is (?:now )?(?:closed|over))\b",
)  # fmt: skip
#: What speaks to the reader: greetings, farewells, what there is to read and to pay.
TO_READER = (
    r"(?:good (?:morning|afternoon|evening|day|night)|hello|hi|hey|greetings|welcome(?: back)?|dear readers?)"
    r"(?:[,!]?(?: and)?(?: (?:welcome(?: back)?|everyone|everybody|all|readers?|there|again|friends|folks|from|to|the|our|this|my|a|\w+day|morning|evening|edition|briefing|newsletter|show|programme|podcast|of)\b| (?-i:[A-Z])[\w’'-]+\b)){0,8}[.,!:]*$",
    r"(?:(?:hello|hi|good \w+)(?: \w+)?,? and )?welcome(?: back)? to (?:our|the|this|today|tonight|another|my)\b",
    rf"(?:it[’']s|it is|today is|happy) (?:{_WEEKDAY}|(?=the \d))(?:[ ,]+(?:the|of|{_MONTH}|\d{{1,4}}(?:st|nd|rd|th)?|again|morning|afternoon|evening)\b){{0,6}}(?:, and this is [^.]{{1,60}})?{_END}",
    r"(?:this is|i[’']m|i am) (?!(?:a|an|the|not)\b)[^.!?]{2,60}\b(?:with (?:you|your|the|today)|bringing you|taking you|here to)\b",
    r"(?:[^.!?]{0,60}\b)?(?:i|we)(?:[’']m|[’']re|[’']ll| am| are| will)(?: be)? (?:[a-z]+ ){0,3}?(?:with you (?:until|till|for|through|all)|bring(?:ing)? you|tak(?:ing|e) you through|guid(?:ing|e) you|keep(?:ing)? you (?:posted|updated)|handing over|signing off|wrapping up|pausing our|closing (?:this|our|the) (?:live|blog|page|coverage))\b",
    r"here(?:[’']s| is| are) (?:what (?:you|we|happened|else|to)|how (?:you|we|to)|(?:your|our|today[’']s|tonight[’']s|this (?:week|morning)[’']s) |(?:the|a|some|a few)(?: of)?(?: the| our)? (?:latest|news|top|main|biggest|best|headlines|briefing|look at|round-?up|summary|recap|quick)\b)",
    r"(?:that[’']s|that is|that will be|that[’']ll be) (?:all|it)(?: we have)?(?: from (?:me|us))?(?: for (?:today|now|tonight|this|the)[\w ]{0,20})?(?: from (?:me|us))?" + r"(?:,(?: (?-i:[A-Z])[\w’'-]+){1,4})?" + _END,
    r"my colleagues? [^.]{2,60}\b(?:will|takes?|is|are) (?:take (?:you|over)|be with you|bring|guide|now|here|over|continue)\b|(?-i:[A-Z])[\w’'-]+(?: [A-Z][\w’'-]+)? here,",
    r"see you (?:all )?(?:tomorrow|next|on|soon|then|again|later|in|back|there|at|this)\b",
    r"thank(?:s| you)(?: all)?(?: so much| very much| a lot)? for (?:reading|watching|listening|joining|following|subscribing|being|having|your|coming|signing|supporting|tuning)\b",
    r"(?:until (?:tomorrow|next (?:time|week|month)|then|\w+day)|take care|goodbye|bye(?: for now)?|good night|cheers|enjoy(?: your \w+| the \w+)?)" + _END,
    r"have an? (?:great|good|nice|lovely|happy|wonderful|restful) (?:day|week|weekend|evening|morning|night|summer|holiday)",
    r"we(?:[’']ll| will) (?:be back|return|have (?:more|(?:all |live |the )*(?:latest|updates))|bring you|keep you|let you know|see you)\b(?: (?:tomorrow|soon|on|with|at|the|all|posted|updated|more|as|next|throughout)\b|[.!])",
    r"(?:there (?:will be|is)|we have|for) more (?:on|about|at|details?|information|news|stories)\b[^.]{0,60}\b(?:here|below|later|soon|our|visit|www|http)",
    r"you (?:can|may)(?: also| now| still| always)? (?:(?:read|find|see|watch|view|hear|listen to) (?:more|our|all|the full|the rest|the latest|his|her|their|that|this|previous)\b[^.]*|follow (?:us|me|our|along|all|the (?:latest|live))\b|sign up|email|e-mail|write to (?:us|me)|reach (?:us|me|him|her|our)|contact (?:us|me|our)|get in touch|unsubscribe|subscribe|send us|share (?:this|your)|support us|manage your|update your|view this)",
    r"you(?:[’']ve| have) (?:\w+ )?(?:read|reached|used|viewed|hit|run out of)\b[^.]{0,60}\b(?:articles?|limit|stories|story)\b",
    r"you(?:[’']ve| have) (?:\w+ )?(?:free )?(?:articles?|stories) (?:left|remaining)",
    r"you(?:[’']ve| have) [\w ]{0,12}\bfree (?:articles?|stories)\b",
    r"you(?:[’']re| are) (?:receiving|getting|reading|seeing|viewing) (?:(?:this )?because|(?:this|our|a|an|the) (?:e-?mail|newsletter|message|free|preview|limited|article|story|version))\b",
    r"(?:to|if you (?:want|wish|would like) to|want to) (?:continue|keep|finish|go on|unlock|access|read|view|see)\b(?: reading)?[^.]{0,40}(?:, | please )(?:please |simply |you (?:must|need to|have to|can) |create|log|sign|subscribe|register|join|become|start|enter|choose|buy|visit|click)",
    r"(?:to|if you (?:want|wish|would like) to) continue reading\b",
    r"(?:subscribe|log ?in|sign ?in|register|donate)(?: now| today| here)?(?: \||" + _END + ")",
    r"(?:please )?(?:contact|e-?mail|write|send|reach|message|follow|get in touch|share|tell|reply|call|text)\b[^!?]{0,120}?(?:[\w.+-]@[\w-]|[ (:]@\w)",
    r"(?:cancel|unsubscribe)(?: at)? any ?time\b|unsubscribe(?: here)?(?: \||" + _END + ")",
    r"(?:your|my) (?:subscription|support|donation|membership|gift|free trial|account)\b[^.]{0,40}\b(?:helps?|makes?|keeps?|allows?|has expired|ends|expires|begins|starts)\b",
    r"(?:please )?(?:subscribe (?:to|now|today|here|for)|sign up (?:here|now|today|for (?:our|the|free|more|your|this|a)|to (?:our|receive|get|the))|follow (?:us|me|our|the courier|@|her on|him on|them on|along)|click (?:here|on|the|below|through)|tap (?:here|the|on|below)|log in (?:to|here|now)|sign in (?:to|here|now)|download (?:our|the app)|donate (?:to|now|today|here)|become a (?:member|subscriber|supporter|patron)|join (?:us|our|the conversation|the discussion)|share (?:this|your|on facebook|on x|with)|email (?:us|me|the)|e-mail (?:us|me)|write to (?:us|me|our)|contact (?:us|me|our)|send (?:us|your|tips)|tell us|let us know|support (?:us|our|independent|local journalism|quality)|get (?:unlimited|full access|our|the latest|the best|it (?:delivered|in your))|(?:read|watch|listen to|see|hear|view) (?:our|the full|the rest of|more (?:about|on|of|from|at|in|here|stories|news)|this (?:week|story)|also)|start your|unlock|stay (?:tuned|with us|up to date|informed)|scroll (?:down|on|to)|visit (?:our|us)|buy (?:us|a ticket|the print)|try (?:us|it free|our)|manage your|update your|view (?:in|this)|add us|find (?:us|out more|more)|learn more|check out (?:our|the|more)|don[’']t (?:miss|forget to)|do not miss|call us|text us|reply to this|hit reply|drop us|enter your email|create an? (?:free )?account|keep (?:us|the courier) (?:free|going))\b",
)  # fmt: skip
#: An e-mail address, a handle or a link, with few words before it: "Email: ana@courier.example".
CONTACT = re.compile(
    r"(?:(?:e-?mail|twitter|x|facebook|instagram|contact|tel|phone|web|website|by e-?mail|mastodon|bluesky)\b[\w :.,-]{0,40})?(?:[\w.+-]{1,60}@[\w-]{1,60}\.[\w.]{2,60}|@\w{2,40}|https?://\S+|www\.\S+)[\s|.]*$",
    re.IGNORECASE,
)
#: "UPDATE 3 p.m.:", which news may follow as well.
UPDATE = re.compile(rf"^updated?{_WHEN}[^\S\n]*[:–—-]\s+", re.IGNORECASE)
#: Somebody else says it: "Sign up here, the mayor said."
REPORTED = re.compile(
    r"[,!?.][”\"’]? [^,.!?]{1,60}\b(?:said|says|told|wrote|writes|added|adds|asked|replied|shouted|cried)\b"
)
#: "(Applause.)", "[END OF RECORDING]": what a transcript notes beside what is said.
ASIDE = re.compile(r"\([^()\n]{1,60}\)|\[[^\[\]\n]{1,60}\]")
#: Behind a label that a notice may share with a heading or a sentence: "Related |", "Correction (4 May):".
_LABEL_END = rf"{_WHEN}[^\S\n]*(?:[:|>»→•]|[–—-](?=\s)|$)"
#: "Also in the Courier:", "More from our desk:".
_MORE_FROM = r"(?:also|more|elsewhere|earlier|previously|from|new|now|next) (?:in|on|from|about|by|at) [^:|.!?\n]{1,50}[:|]"
#: Who writes here: a name, then what the person does.
BIO = re.compile(
    r"(?P<name>[A-ZÀ-Þ][\w’'.-]+(?: (?:(?:de|van|von|der|al|bin|da|la) )?[A-ZÀ-Þ][\w’'.-]+){1,3})(?:,? (?:who|a|an|the) [^,\n]{2,60},)?"
    r" (?P<does>(?:is|was|are|has been)(?: \w+ly)? (?:an? |the |our |(?P<office>(?:[a-z]+ ){0,3}(?:professor|editor|director|correspondent|reporter|fellow|head|chair|emeritus)\b))"
    r"|(?:is|was) based in\b|(?:covers|reports on|reports from|reports for|writes about|writes for|writes on|edits|hosts|has covered|has reported|has written|has worked|joined the|works (?:as|for) (?:a|an|the))\b)"
)  # fmt: skip
#: What people who write for papers are, where they have been named before or not.
WRITERS = re.compile(
    r"\b(?:reporter|journalist|correspondent|columnist|editor|writer|author|contributor|photographer|producer|critic|blogger|podcaster|novelist|essayist|columnists|reporters|covers|writes|reports)\b"
)


def is_notice_block(text: str, *, before: str | None, following: str = "") -> bool:
    """Return whether a paragraph, a heading or a list item is a notice.

    `before` is the text before it where it stands at the foot of the article, else `None`; `following` the
    paragraph behind it.
    """
    words = text.strip("*_ ")
    if len(words.split()) > NOTICE_WORDS:
        return False
    if _label().match(words) or _is_aside(words) or CONTACT.match(words):
        return True
    words = UPDATE.sub("", words, count=1)
    sentences = re.split(r"(?<=[.!?])[\"”’)]*\s+(?=\S)", words)
    told = [_is_to_reader(each) for each in sentences]
    asked = (one or each.rstrip("\"”’)").endswith("?") for one, each in zip(told, sentences, strict=True))
    if _matches(OF_ITSELF, sentences[0]) or (any(told) and all(asked)):
        return True
    return before is not None and (_is_bio(words, before, following) or _is_footnote(text))


def is_notice_sentence(sentence: str) -> bool:
    """Return whether a sentence of the author speaks of the article itself or to the reader.

    >>> is_notice_sentence("See you tomorrow!"), is_notice_sentence("See levels rose.")
    (True, False)
    """
    spoken = _matches(OF_ITSELF, sentence) or _matches(TO_READER, sentence)
    return spoken and REPORTED.search(sentence) is None


def _is_to_reader(sentence: str) -> bool:
    """Return whether a sentence speaks to the reader, be it with a question: "Have a tip? Write to us."."""
    return is_notice_sentence(sentence) or CONTACT.match(sentence) is not None


def _is_aside(words: str) -> bool:
    aside = ASIDE.fullmatch(words)
    return aside is not None and (words.upper() == words or len(words.split()) <= 2)


def _is_bio(words: str, before: str, following: str) -> bool:
    """Return whether a paragraph at the foot says who wrote: it names one whom the text has not named."""
    match = BIO.match(words)
    if match is None:
        return re.match(r"(?:the )?(?:writer|author)s? (?:is|are|was) (?:an?|the) ", words, re.IGNORECASE) is not None
    last = re.compile(rf"\b{re.escape(match['name'].split()[-1])}\b")
    goes_on = last.search(following) is not None and not is_notice_sentence(following)
    new = last.search(before) is None and not goes_on
    writes = (
        match["does"].split()[0] not in {"is", "was", "are", "has"} or WRITERS.search(words[:200]) is not None
    )
    return new and (writes or match["office"] is not None)


def _is_footnote(text: str) -> bool:
    """Return whether a paragraph stands behind an asterisk, or wholly in italics."""
    starred = re.match(r"\*(?![\s*])[^*]+$", text) is not None
    return starred or re.fullmatch(r"\*(?!\*)[^*]+\*|_(?!_)[^_]+_", text) is not None


def _matches(patterns: tuple[str, ...], sentence: str) -> bool:
    return _compiled(patterns).match(sentence.lstrip("*_>( ")) is not None


@cache
def _compiled(patterns: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.IGNORECASE)


@cache
def _label() -> re.Pattern[str]:
    words = "|".join(
        sorted((re.escape(w).replace("'", "[’']") for w in word_list("notice_labels")), key=len, reverse=True)
    )
    return re.compile(rf"[\[(]?(?:(?:{words}){_LABEL_END}|{_MORE_FROM})", re.IGNORECASE)
