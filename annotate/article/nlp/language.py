"""Which language a text is in: what is English is cut by clauses, everything else by sentences.

Text full of English function words is English, and needs no asking; of the rest py3langid (a naive Bayes
model over byte n-grams of 97 languages) says what it is. Short text is taken for what stands around it.
A sentence is judged by its function words, those outside its quotations first: what somebody says in Spanish
does not make the report of it Spanish.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache

from py3langid.langid import MODEL_FILE, LanguageIdentifier
from spacy.lang.en.stop_words import STOP_WORDS

from annotate.config import word_list

ENGLISH = "en"
WORD = re.compile(r"[^\W\d_]+(?:['’]\w+)?")
#: Share of function words from which on text is English: English prose has two fifths, other languages that
#: share "in", "was" or "die" a tenth.
PLAINLY = 0.28
#: The same of a stretch within English that has no word of another language and no letter but a to z: for a
#: caption or a list alone py3langid's model is not loaded, which takes as long as all else about an article.
HARDLY = 0.1
FEWEST_LETTERS = 30  # fewer tell nothing
SURE = 0.9
LATIN_ENDS = "\u0250"
READ = 4_000  # characters that tell as much as a whole article
#: Words that stand in names as well: "de la Cruz", "Los Angeles"; before a capital they tell nothing.
IN_NAMES = frozenset({
    "al", "da", "das", "de", "del", "dem", "den", "der", "des", "di", "do", "dos", "du", "el", "la", "las",
    "le", "les", "lo", "los", "san", "van", "von",
})  # fmt: skip
#: English words that are words of other languages too, and so tell nothing.
SHARED = frozenset({
    "a", "an", "am", "as", "at", "do", "he", "her", "i", "in", "is", "me", "no", "of", "on", "or", "so", "to",
    "us", "was", "we",
})  # fmt: skip
#: Words of `SHARED` whose other languages are among `words/function_words.txt`.
PREPOSITIONS = frozenset({"in", "of"})
#: What stands in quotation marks, be they closed or opened in another sentence.
QUOTED = re.compile(r"^[^“«„\"]*[”»]|[“«„][^”»“]*(?:[”»“]|$)|\"[^\"]*(?:\"|$)")
FEWEST_WORDS = 2  # of another language in a sentence of that language
FEWEST_STRANGE = 5  # letters of another script


def language_of(text: str, *, around: str = ENGLISH) -> str:
    """Return the language of a text as ISO 639-1 has it (`en`, `de`, `zh`).

    Args:
        text: any length; the first 4,000 characters count.
        around: what is given for text that is too short, or in which no language stands out.

    >>> language_of("Der Bürgermeister sagte, die Brücke sei schon lange nicht mehr sicher.")
    'de'
    """
    beginning = text[:READ]
    words = WORD.findall(beginning.lower())
    if sum(map(len, words)) < FEWEST_LETTERS:
        return around
    if sum(word in STOP_WORDS for word in words) >= PLAINLY * len(words):
        return ENGLISH
    if around == ENGLISH and _hardly_foreign(WORD.findall(beginning)):
        return ENGLISH
    language, share = _identifier().classify(beginning)
    return str(language) if share >= SURE or not _is_latin("".join(words)) else around


def language_of_sentence(words: str, *, around: str = ENGLISH) -> str:
    """Return the language of a sentence in a paragraph, which is `around` unless its own words say otherwise.

    With an empty `around` it is empty where nothing tells.

    >>> language_of_sentence("“El puente está cerrado desde el lunes”, dijo la alcaldesa.")
    'es'
    >>> language_of_sentence("“El puente está cerrado desde el lunes”, the mayor said.")
    'en'
    """
    run = WORD.findall(words)
    if _english_words(run) >= PLAINLY * max(len(run), 1):
        return ENGLISH
    for stretch in (WORD.findall(QUOTED.sub(" ", words)), run):
        if sum(map(len, stretch)) >= FEWEST_STRANGE and not _is_latin("".join(stretch)):
            return _classified(words)
        english, (foreign, language) = _english_words(stretch), _foreign_words(stretch)
        if foreign >= FEWEST_WORDS and foreign > 2 * english:
            judged = language_of(words, around=language)
            return language if judged == ENGLISH else judged
        if foreign and not english and language_of(words, around="") == language:
            return language
        if english and (around in (ENGLISH, "") or (not foreign and _classified(words) == ENGLISH)):
            return ENGLISH
    return around


def mostly_english(sentences: Iterable[str]) -> bool:
    """Return whether more of some sentences are English than in any other language.

    >>> mostly_english(["The bridge is closed.", "Nobody came.", "El puente está cerrado desde el lunes."])
    True
    """
    votes = Counter(
        language_of_sentence(words, around="") or language_of(words, around="") for words in sentences
    )
    return votes[ENGLISH] > sum(votes.values()) - votes[ENGLISH] - votes[""]


def _english_words(words: Sequence[str]) -> int:
    """Count function words and verbs of speech that are English and nothing else."""
    own = (small for word in words if (small := word.lower()) not in SHARED)
    return sum(word in STOP_WORDS or word in word_list("speech_tags") for word in own)


def _hardly_foreign(words: Sequence[str]) -> bool:
    """Return whether a stretch within English has some English function words, and nothing foreign."""
    english = _english_words(words) + sum(word in PREPOSITIONS for word in words)
    return english >= HARDLY * len(words) and "".join(words).isascii() and _foreign_words(words)[0] == 0


def _foreign_words(words: Sequence[str]) -> tuple[int, str]:
    """Return how many function words of the likeliest other language stand in some words, and which it is."""
    languages: Counter[str] = Counter()
    for at, word in enumerate(words):
        small = word.lower().replace("’", "'")
        own = _languages_of_word().get(small, ()) if word.islower() or at == 0 else ()
        if own and not (small in IN_NAMES and _before_a_name(words, at)):
            languages.update(own)
    return max(((times, name) for name, times in languages.items()), default=(0, ENGLISH))


@cache
def _languages_of_word() -> dict[str, list[str]]:
    """Return the languages of each of the commonest words: lines such as "es el la los" say them."""
    languages: dict[str, list[str]] = {}
    for line in sorted(word_list("function_words")):
        language, *words = line.split()
        for word in set(words) - SHARED:
            languages.setdefault(word, []).append(language)
    return languages


def _before_a_name(words: Sequence[str], at: int) -> bool:
    following = words[at + 1 : at + 2]
    return not following or following[0][0].isupper() or following[0] in IN_NAMES


def _classified(words: str) -> str:
    """Return what the model takes some words for, be it sure or not."""
    return str(_identifier().classify(words)[0])


def _is_latin(letters: str) -> bool:
    """Return whether letters of the Latin script prevail; else it cannot be English."""
    return 2 * sum(letter < LATIN_ENDS for letter in letters) > len(letters)


@cache
def _identifier() -> LanguageIdentifier:
    """Load the model, once."""
    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
