"""Text that is no clean prose: claims come out in time that grows with its length, and nothing is lost."""

import time
from itertools import pairwise
from pathlib import Path

import pytest

from annotate.article import extract, read_article, split_claims

ROUGH = {
    "no full stop": "the ferry left and the mayor said that the quay would close " * 200,
    "one-word lines": "\n".join(["ferry", "mayor", "Quay", "1904", "closed"] * 1_000),
    "mixed scripts": "Паром ушёл, and the mayor stayed; 市长没有说话。 وغادرت العبارة and το λιμάνι έκλεισε, but नाव चली गई। " * 40,
    "unbalanced marks": "“The ferry (left, and [the mayor said: ‘We \"stay, but » the quay closes) « and nobody asked.” " * 60,
    "only openings": "“((‘[« The ferry left, and the mayor stayed. " * 60,
    "all capitals": "THE FERRY LEFT ON MONDAY, AND THE MAYOR SAID THAT THE QUAY WOULD CLOSE. NOBODY ASKED WHY; IT RAINED. " * 60,
    "table": "Port\tShips\tTons\n" + "".join(f"Quay {n}\t{n * 7}\t{n * 1_000:,}\n" for n in range(400)),
    "table of bars": "| Port | Ships |\n|---|---|\n" + "| Quay | 12; 13 |\n" * 400,
    "hyphens at line ends": "The fer-\nry left on Mon-\nday, and the may-\nor said that the har-\nbour would be closed be-\ncause of the ice.\n" * 60,
    "soft hyphens": "The fer\u00adry left, and the may\u00ador stayed. " * 100,
    "dashes": "The ferry left — the mayor stayed -- nobody asked – it rained - and so on ― " * 60,
    "semicolons": "a; b;; ; ;c; " * 300,
    "commas": "and, but, which, who, because, " * 300,
}  # fmt: skip


def without_space(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize("text", ROUGH.values(), ids=ROUGH)
@pytest.mark.slow
def test_nothing_is_lost_and_nothing_is_doubled(tmp_path: Path, text: str) -> None:
    file = tmp_path / "rough.txt"
    file.write_text(text, encoding="utf-8")
    began = time.perf_counter()
    article = read_article(file)
    claims, skips = extract(article)
    assert time.perf_counter() - began < 30
    parts = sorted((part.start, part.end) for part in (*claims, *skips))
    assert all(end <= start for (_, end), (start, _) in pairwise(parts))
    assert without_space("".join(article.text[a:b] for a, b in parts)) == without_space(article.text)


def test_capitals_and_hyphens_are_still_cut() -> None:
    text = "THE FERRY LEFT ON MONDAY; THE MAYOR STAYED AT HOME."
    assert [span.of(text) for span in split_claims(text)] == [
        "THE FERRY LEFT ON MONDAY;",
        "THE MAYOR STAYED AT HOME.",
    ]


SENTENCE = "the ferry left and the mayor stayed because the quay which nobody liked had closed , "


def seconds_for(words: int) -> float:
    text = " ".join((SENTENCE.split() * (words // 16 + 1))[:words])
    began = time.process_time()
    spans = split_claims(text, [(0, len(text))])
    seconds = time.process_time() - began
    assert without_space("".join(span.of(text) for span in spans)) == without_space(text)
    return seconds


@pytest.mark.slow
def test_one_sentence_of_20_000_words_takes_time_in_proportion() -> None:
    seconds_for(200)  # loads the model
    assert seconds_for(20_000) < 8 * max(seconds_for(5_000), 0.1)
