"""Which language a text is in: what is English is cut by clauses, everything else by sentences.

Text full of English function words is English, and needs no asking; of the rest py3langid (a naive Bayes
model over byte n-grams of 97 languages) says what it is. Short text is taken for what stands around it.
"""

from __future__ import annotations

import re
from functools import cache

from py3langid.langid import MODEL_FILE, LanguageIdentifier
from spacy.lang.en.stop_words import STOP_WORDS

ENGLISH = "en"
WORD = re.compile(r"[^\W\d_]+(?:['’]\w+)?")
#: Share of function words from which on text is English: English prose has two fifths, other languages that
#: share "in", "was" or "die" a tenth.
PLAINLY = 0.28
FEWEST_LETTERS = 30  # fewer tell nothing
SURE = 0.9
LATIN_ENDS = "\u0250"
READ = 4_000  # characters that tell as much as a whole article


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
    language, share = _identifier().classify(beginning)
    return str(language) if share >= SURE or not _is_latin("".join(words)) else around


def _is_latin(letters: str) -> bool:
    """Return whether letters of the Latin script prevail; else it cannot be English."""
    return 2 * sum(letter < LATIN_ENDS for letter in letters) > len(letters)


@cache
def _identifier() -> LanguageIdentifier:
    """Load the model, once."""
    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
