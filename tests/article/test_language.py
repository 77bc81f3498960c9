"""The language of a text, from its own words."""

from __future__ import annotations

import pytest

from annotate.article.nlp import language_of, language_of_sentence, mostly_english

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


SENTENCES = [
    (
        "es",
        "“El puente está cerrado desde el lunes y nadie sabe cuándo se abrirá”, dijo la alcaldesa a los periodistas.",
    ),
    ("en", "“El puente está cerrado desde el lunes y nadie sabe cuándo se abrirá”, said the mayor."),
    ("en", "“El puente está cerrado desde el lunes”, said la alcaldesa."),
    ("en", "Berg, the engineer, answered: “Das ist nicht wahr.”"),
    ("en", "Berg answered: “Das ist nicht wahr, und das wissen alle hier.”"),
    ("de", "“Das ist nicht wahr.”"),
    ("de", "„Das ist nicht wahr, und alle wissen es“, sagte Jan Holm."),
    ("de", "Der Rat sperrte die alte Brücke, weil sie nicht mehr sicher war."),
    ("fr", "Le conseil a fermé le vieux pont, et la maire a déclaré qu’il n’était plus sûr."),
    ("it", "Il consiglio ha chiuso il vecchio ponte, e la sindaca ha detto che non era più sicuro."),
    ("pt", "O conselho fechou a ponte velha, e a prefeita disse que não era mais segura."),
    ("nl", "De raad sloot de oude brug en de burgemeester zei dat die niet meer veilig was."),
    ("sv", "Rådet stängde den gamla bron, och borgmästaren sade att den inte längre var säker."),
    ("fr", "« On ne sait pas quand le pont sera ouvert », a dit la maire."),
    ("en", "« On ne sait pas quand le pont sera ouvert », the mayor told reporters."),
    ("en", "Norddal Press sued Orrin Council."),
    ("en", "Maria de la Cruz and Juan de los Santos met."),
    ("en", "Maria de la Cruz met Juan de los Santos."),
    ("en", "El Niño hit Los Angeles."),
    ("en", "The party Die Linke lost."),
    ("en", "Ludwig van der Rohe built Villa Tugendhat."),
    ("en", "La Scala opens Monday."),
    ("en", "She called it a coup d’état, a fait accompli."),
    ("en", "They ate pollo en salsa verde con arroz."),
    ("en", "The Grand Prix de Monte Carlo and the Tour de France."),
    ("en", "Kelp sales fell 4%."),
    ("en", "Viva la vida!"),
    ("en", "The slogan was “Wir schaffen das”."),
    ("zh", "市议会关闭了那座旧桥，市长说它已经不再安全了。"),
    ("ru", "Совет закрыл старый мост, и мэр сказала, что он больше не безопасен."),
    ("es", "Nadie sabe cuándo se abrirá de nuevo.”"),
    ("en", "Nadie sabe cuándo se abrirá de nuevo”, she said."),
    ("es", "Pero ya es tarde para el puente."),
    ("en", "We do no work in it."),
    ("de", "Ich bin müde und will nicht mehr."),
    ("de", "Wir schaffen das nicht, und das ist schade."),
    ("en", "COUNCIL CLOSES OLD BRIDGE OVER ORRIN"),
    ("ru", "«Мы не знаем, когда откроют мост», сказала Перч."),
    ("en", "«Мы не знаем, когда откроют мост», said Perch."),
]


@pytest.mark.parametrize(("language", "sentence"), SENTENCES)
def test_a_sentence_among_english_ones(language: str, sentence: str) -> None:
    assert language_of_sentence(sentence) == language


@pytest.mark.parametrize(
    "sentence", ["Nein.", "Jan Holm, Una Perch", "Die Band The National spielte.", "„Ja“, sagte Holm."]
)
def test_a_sentence_that_tells_nothing_is_what_stands_around_it(sentence: str) -> None:
    assert language_of_sentence(sentence, around="de") == "de"


def test_most_sentences_decide() -> None:
    spanish = "“El puente está cerrado desde el lunes y nadie sabe cuándo se abrirá”, dijo la alcaldesa."
    assert mostly_english(["The bridge is closed.", spanish, "Nobody came to the hall."])
    assert not mostly_english(["The bridge is closed.", spanish, "Nadie sabe por qué se ha hecho."])
