"""The language of a text, from its own words."""

from __future__ import annotations

import pytest

from annotate.article.nlp import language_of

ARTICLES = {
    "en": "The council closed the old bridge, and the mayor said that it was no longer safe.",
    "de": "Der Rat sperrte die alte Brücke, und die Bürgermeisterin sagte, sie sei nicht mehr sicher.",
    "fr": "Le conseil a fermé le vieux pont, et la maire a déclaré qu’il n’était plus sûr.",
    "es": "El consejo cerró el viejo puente y la alcaldesa dijo que ya no era seguro.",
    "nl": "De raad sloot de oude brug en de burgemeester zei dat die niet meer veilig was.",
    "sv": "Rådet stängde den gamla bron, och borgmästaren sade att den inte längre var säker.",
    "ru": "Совет закрыл старый мост, и мэр сказала, что он больше не безопасен.",
    "zh": "市议会关闭了那座旧桥，市长说它已经不再安全了，居民们对此表示不满，他们要求给出解释，并重新开放。",
    "ar": "أغلق المجلس الجسر القديم وقالت رئيسة البلدية إنه لم يعد آمنا للمارة.",
}


@pytest.mark.parametrize("language", ARTICLES)
def test_prose_tells_its_language(language: str) -> None:
    assert language_of(ARTICLES[language]) == language


@pytest.mark.parametrize(
    "text",
    ["", "  \n ", "14:30", "Kiev", "Ja!", "\ud800" * 50, "1,204 3,119 88 4,560 12 9,003 417", "𝔗𝔥𝔢 𝔢𝔫𝔡"],
)
def test_what_tells_nothing_is_what_stands_around_it(text: str) -> None:
    assert language_of(text, around="sv") == "sv"


def test_headline_style_and_names_stay_what_stands_around_them() -> None:
    assert language_of("Mara Dell, Tove Lund, Aksel Rud, Petra Nilsen, Ilse Braam") == "en"
    assert language_of("COUNCIL CLOSES OLD BRIDGE OVER ORRIN AFTER ENGINEERS' WARNING") == "en"


def test_english_with_a_foreign_quotation_stays_english() -> None:
    assert (
        language_of("“Wir schaffen das,” she said in the hall, and it was all that anyone remembered.")
        == "en"
    )
