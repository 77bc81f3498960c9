"""An article's claims and skips: what stands in its blocks, named and put in reading order."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import accumulate

from annotate.article.analysis import Piece, analyse
from annotate.article.claims import is_silent
from annotate.article.ids import claim_ids
from annotate.article.nlp import (
    ENGLISH,
    READ,
    language_of,
    language_of_sentence,
    mostly_english,
    split_sentences,
)
from annotate.article.reading import CleanView, clean_view
from annotate.model import Article, Block, Claim, Skip, SkipKind, Span

# Kinds of blocks that assert nothing: each is a skip of the same name.
SILENT: dict[str, SkipKind] = {"heading": "heading", "byline": "byline", "boilerplate": "boilerplate"}
#: What stands over a paragraph of a transcript.
TIMECODE = re.compile(r"\[\d+:\d\d:\d\d\]")
MARK = re.compile(r"\S(?:.*\S)?", re.DOTALL)


def extract(article: Article) -> tuple[list[Claim], list[Skip]]:
    """Break an article into claims and skips.

    Together they hold each character of the text that is no white space exactly once, in reading order. What
    is not in English is cut by sentences, with suggestions only where a source is found. Claims are read
    from the article's clean view, and carried back into its text.
    """
    view = clean_view(article)
    languages = _languages(view.article)
    placed = _placed(view, _pieces(view.article, languages))
    claims = _claims(view, [(index, piece) for index, piece in placed if not piece.skip])
    skips = [_skip(article, piece.skip, piece.span) for _, piece in placed if piece.skip]
    skips += [_skip(article, SILENT[b.kind], b.span) for b in article.blocks if b.kind in SILENT]
    skips += [
        _skip(article, _kind_of_mark(article, span), span) for span in _marks(article, [*claims, *skips])
    ]
    return claims, sorted(skips, key=lambda skip: skip.start)


def extract_claims(article: Article) -> list[Claim]:
    """Return an article's claims in reading order, each with suggestion and attribution."""
    return extract(article)[0]


def under_id(article: Article, claims: Sequence[Claim], article_id: str) -> tuple[Article, list[Claim]]:
    """Return an article and its claims under another id of the article; those of the claims depend on it."""
    names = claim_ids(article_id, [claim.text for claim in claims])
    moved = [
        replace(claim, article_id=article_id, claim_id=name)
        for claim, name in zip(claims, names, strict=True)
    ]
    return replace(article, article_id=article_id), moved


def _pieces(article: Article, languages: Mapping[int, str]) -> list[tuple[int, Piece]]:
    """Return the pieces of the blocks that may hold claims, in order, each with the index of its block."""
    words = {index: article.blocks[index].span.of(article.text) for index in languages}
    read = [index for index, language in languages.items() if _holds_english(words[index], language)]
    blocks, around = [article.blocks[i] for i in read], [languages[i] for i in read]
    analysed = analyse(article.text, blocks, around, among=article.blocks)
    parts = dict(zip(read, analysed, strict=True))
    for index in languages.keys() - parts.keys():
        parts[index] = _by_sentences(article.text, article.blocks[index].span, languages[index])
    return [(index, piece) for index in languages for piece in parts[index]]


def _holds_english(words: str, language: str) -> bool:
    """Return whether a block in a language holds an English sentence."""
    if language == ENGLISH:
        return True
    sentences = (span.of(words) for span in split_sentences(words, language))
    return any(language_of_sentence(sentence, around=language) == ENGLISH for sentence in sentences)


def _placed(view: CleanView, pieces: Sequence[tuple[int, Piece]]) -> list[tuple[int, Piece]]:
    """Carry pieces of the clean view back into the article's text."""
    spans = view.back_with_signs([(index, piece.span) for index, piece in pieces])
    return [
        (
            index,
            replace(piece, span=span, attribution=piece.attribution and piece.attribution.moved(view.back)),
        )
        for (index, piece), span in zip(pieces, spans, strict=True)
    ]


def _languages(article: Article) -> dict[int, str]:
    """Return the language of each block that may hold claims, by its index, in order."""
    speaking = {i: b.span.of(article.text) for i, b in enumerate(article.blocks) if b.kind not in SILENT}
    whole = _language("\n\n".join(speaking.values()), around=ENGLISH)
    return {index: _language(words, around=whole) for index, words in speaking.items()}


def _language(words: str, *, around: str) -> str:
    """Return the language of a text, which is that of most of its sentences."""
    language = language_of(words, around=around)
    if language == ENGLISH:
        return ENGLISH
    beginning = words[:READ]
    return ENGLISH if mostly_english(span.of(beginning) for span in split_sentences(beginning)) else language


def _by_sentences(text: str, block: Span, language: str) -> list[Piece]:
    """Return the sentences of a block in a language that nothing here parses."""
    sentences = (span.shift(block.start) for span in split_sentences(block.of(text), language))
    return [Piece(span, is_silent(span.of(text)), language=language) for span in sentences]


def _claims(view: CleanView, placed: Sequence[tuple[int, Piece]]) -> list[Claim]:
    article, sections = view.original, _sections(view.article)
    texts = [piece.span.of(article.text) for _, piece in placed]
    names = claim_ids(article.article_id, texts)
    return [
        Claim(
            article_id=article.article_id,
            claim_id=name,
            index=index,
            start=piece.span.start,
            end=piece.span.end,
            text=text,
            block=block,
            kind=article.blocks[block].kind,
            section=sections[block],
            suggestion=piece.suggestion,
            attribution=piece.attribution,
            language=piece.language,
            splitter="clauses" if piece.language == ENGLISH else "sentences",
        )
        for index, ((block, piece), name, text) in enumerate(zip(placed, names, texts, strict=True))
    ]


def _sections(article: Article) -> list[str]:
    """Return for each block the words of the heading at or above it."""

    def under(above: str, block: Block) -> str:
        return " ".join(block.span.of(article.text).split()) if block.kind == "heading" else above

    return list(accumulate(article.blocks, under, initial=""))[1:]


def _skip(article: Article, kind: SkipKind, span: Span) -> Skip:
    return Skip(kind, span.start, span.end, span.of(article.text))


def _kind_of_mark(article: Article, span: Span) -> SkipKind:
    return "timecode" if article.times and TIMECODE.fullmatch(span.of(article.text)) else "mark"


def _marks(article: Article, parts: Sequence[Claim | Skip]) -> Iterator[Span]:
    """Return what lies between claims and skips and is no white space: list marks, Markdown's signs."""
    bounds = [0, *sorted(at for part in parts for at in (part.start, part.end)), len(article.text)]
    for end, start in zip(bounds[::2], bounds[1::2], strict=True):
        mark = MARK.search(article.text, end, start)
        if mark:
            yield Span(*mark.span())
