"""Transcripts as subtitles (.srt, .vtt): what is said, in paragraphs by speaker, each under its time.

A paragraph goes on over cues until another one speaks, a sentence ends before a pause, or it is long. Marks,
positions, sounds ("[applause]") and doubled lines of rolling captions are not read.
"""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

from annotate.article.reading.documents.decoding import decode
from annotate.article.reading.documents.layout import GAP, Document, folded
from annotate.article.reading.paragraphs import SENTENCE_END
from annotate.config import word_list
from annotate.errors import BadInput
from annotate.model import Block, BlockKind, Time

#: Seconds without a word after which a sentence's end ends a paragraph, and after which anything does.
PAUSE, SILENCE = 4.0, 15.0
#: Characters after which a sentence's end ends a paragraph, and after which any cue's end does.
LONG, LONGEST = 500, 2_000
#: The share of cues that begin with words of the one before, from which on captions roll.
ROLLING = 0.4
FEWEST_ROLLING = 3
#: As many words as no cue shows.
MOST_REPEATED = 200

ARROW = "-->"
_TIME = r"(?:(\d+):)?(\d{1,2}):(\d{1,2})(?:[.,:](\d{1,3}))?"
TIMES = re.compile(rf"{_TIME}\s*-->\s*{_TIME}(?:\s.*)?")
# "<v Tove Lund>", "<v.loud Tove Lund>": who speaks.
VOICE = re.compile(r"<v(?:\.[^\s<>]*)?[ \t]+([^<>]+)>")
# "<i>", "</font>", "<00:00:01.000>", "<c.yellow>"; "{\an8}", "{i}".
TAG = re.compile(r"</?[a-zA-Z][^<>]*>|<[\d:.]+>|\{\\[^{}]*\}|\{/?[biuy](?::[^{}]*)?\}")
UNSEEN = re.compile("[\u00ad\u200b\u200e\u200f\u2060\ufeff]")
# "♪ We shall not move ♪": words between notes are sung.
SONG = re.compile(r"[♩♪♫♬]+([^♩♪♫♬]*)(?:[♩♪♫♬]+|$)")
# "[applause]", "(LAUGHTER)", "*coughs*": a stretch that may be a sound; a colon behind it makes it a name.
BRACKETED = re.compile(r"\[([^\[\]]{0,80})\](?!\s?:)|\(([^()]{0,80})\)(?!\s?:)|\*([^*]{1,40})\*")
IN_BRACKETS = re.compile(r"\[[^\[\]]{0,80}\]|\([^()]{0,80}\)")
# ">> LUND:", "- ", "[Tove Lund]", "Lund (on the phone): ": what stands before a speaker's first words.
CHEVRONS = re.compile(r"(?:>{1,3}|»)\s*")
DASH = re.compile(r"[-–—‐]\s*(?=\S)")
_NAME = r"[^\W\d_][\w.'’-]*(?:,?[ ](?:&[ ])?[\w.'’-]+){0,5}(?:[ ]\([^()]{1,40}\))?"
LABEL = re.compile(rf"(?:\[({_NAME})\]\s?:|({_NAME}):)\s+(?=\S)")
BRACKETED_NAME = re.compile(r"\[([A-Z][\w.'’-]+(?: [A-Z][\w.'’-]+){1,3})\]\s+(?=\S)")
#: What shows that somebody else speaks, where nothing names them.
TURN = "– "
# How `_unmarked` hands a marked speaker on.
VOICED = re.compile("\x01([^\x02]*)\x02")


class Cue(NamedTuple):
    """What one cue shows, from `start` to `end` (seconds)."""

    start: float
    end: float
    text: str


class Utterance(NamedTuple):
    """Words of one speaker in one cue; `turn` means that another one begins, `speaker` is who, if known."""

    start: float
    end: float
    words: str
    speaker: str = ""
    turn: bool = False
    kind: BlockKind = "body"


@dataclass
class Paragraph:
    """What one speaker says without a break."""

    speaker: str
    kind: BlockKind
    parts: list[Utterance] = field(default_factory=list)
    length: int = 0

    def add(self, part: Utterance) -> None:
        """Add the words of a further cue."""
        self.parts.append(part)
        self.length += len(part.words) + 1


def read(content: bytes, *, name: str) -> Document:
    """Read a transcript; `name` is what messages call it.

    Raises:
        BadInput: where it is no text, a time is broken, or nothing is said.
    """
    text = decode(content, name=name)
    shown = [cue._replace(text=_unmarked(cue.text)) for cue in cues_of(text, name=name)]
    spoken = [part for cue in _each_once(shown) for part in _utterances(cue)]
    if not spoken:
        raise BadInput(f"{name}: nothing is said in these subtitles: check the file")
    head = re.match(r"WEBVTT[ \t]+(?:-[ \t]*)?(\S[^\n]*)", text)
    return _laid_out(_paragraphs(spoken), title=folded(head[1]) if head else "")


def cues_of(text: str, *, name: str) -> list[Cue]:
    """Return the cues of a subtitle file by the time at which they begin.

    Raises:
        BadInput: where a line of times cannot be read.
    """
    lines = [line.strip() for line in text.split("\n")]
    at = [index for index, line in enumerate(lines) if ARROW in line]
    strict = text.startswith("WEBVTT")  # there a blank line ends a cue, and notes may follow
    cues = []
    for index, following in pairwise([*at, len(lines)]):
        start, end = _times(lines[index], f"{name}, line {index + 1}")
        words = lines[index + 1 : following]
        if following < len(lines) and words and (strict or words[-1].isdigit()):
            words = words[:-1] if words[-1] else words  # the next cue's name or number
        if strict and "" in words:
            words = words[: words.index("")]
        cues.append(Cue(start, end, "\n".join(words)))
    return sorted(cues, key=lambda cue: cue.start)


def _times(line: str, place: str) -> tuple[float, float]:
    match = TIMES.fullmatch(line)
    fix = "write it as 00:01:02,500 --> 00:01:04,000"
    if match is None:
        raise BadInput(f"{place}: no times can be read in “{line[:60]}”: {fix}")
    groups = match.groups(default="0")
    (start, end), clocks = (_seconds(groups[:4]), _seconds(groups[4:])), (groups[1:3], groups[5:7])
    if end < start or any(int(number) > 59 for clock in clocks for number in clock):
        raise BadInput(f"{place}: “{line[:60]}” are no times, or end before they begin: {fix}")
    return start, end


def _seconds(groups: Sequence[str]) -> float:
    hours, minutes, seconds, rest = groups
    return int(hours) * 3600 + int(minutes) * 60 + int(seconds) + float(f"0.{rest}")


# --------------------------------------------------------------------------- words


def _unmarked(text: str) -> str:
    """Return a cue's text without markup; a speaker that is marked heads a line (see `VOICED`)."""
    voices = VOICE.sub(lambda match: f"\n\x01{folded(match[1])}\x02", text)
    plain = UNSEEN.sub("", html.unescape(TAG.sub("", voices)))
    plain = IN_BRACKETS.sub(lambda match: folded(match[0]), plain)
    return "\n".join(filter(None, (folded(line) for line in plain.split("\n"))))


def _each_once(cues: list[Cue]) -> Iterator[Cue]:
    """Drop words that a cue shows again: of rolling captions, and of cues that stand twice."""
    pairs = list(pairwise([Cue(0, 0, ""), *cues]))
    overlaps = [_repeated(before.text, cue.text) for before, cue in pairs]
    count = sum(overlap > 0 for overlap in overlaps)
    rolls = count >= FEWEST_ROLLING and count >= ROLLING * len(cues)
    for (before, cue), overlap in zip(pairs, overlaps, strict=True):
        twice = cue.text == before.text and cue.start < before.end
        yield cue._replace(text=_without(cue.text, overlap)) if rolls or twice else cue


def _repeated(before: str, text: str) -> int:
    """Return with how many words of the end of one cue the next begins: a line, all of it, or three words."""
    shown, words = before.split()[-MOST_REPEATED:], text.split()[:MOST_REPEATED]
    line = len(text.split("\n", 1)[0].split())
    for count in range(min(len(shown), len(words)), 0, -1):
        if shown[-count:] == words[:count]:
            return count if count >= 3 or count in (line, len(shown)) else 0
    return 0


def _without(text: str, count: int) -> str:
    """Drop the first words of a text and keep its lines; it has so many."""
    head = re.match(rf"(?:\S+\s*){{{count}}}", text)
    return text[head.end() :] if head else text


def _utterances(cue: Cue) -> Iterator[Utterance]:
    """Cut a cue where another one begins to speak, and where words are sung."""
    end = 0
    for song in SONG.finditer(cue.text):
        yield from _spoken(cue, cue.text[end : song.start()])
        if words := _without_sounds(folded(song[1])):
            yield Utterance(cue.start, cue.end, f"♪ {words} ♪", turn=True, kind="boilerplate")
        end = song.end()
    yield from _spoken(cue, cue.text[end:])


def _spoken(cue: Cue, text: str) -> Iterator[Utterance]:
    lines = [line for whole in text.split("\n") for line in re.split(r"\s(?=>>)", whole)]
    dashed = [_dash(line) for line in lines]
    dashes = len(lines) - dashed.count(0)
    for index, (line, dash) in enumerate(zip(lines, dashed, strict=True)):
        voice, chevrons = VOICED.match(line), CHEVRONS.match(line)
        opens = dash if index == 0 or dashes > 1 else 0
        mark = voice.end() if voice else chevrons.end() if chevrons else opens
        speaker, words = _label(_without_sounds(line[mark:]))
        speaker = voice[1] if voice else speaker
        if any(map(str.isalnum, words)):
            shown = f"{TURN}{words}" if opens and not speaker else words
            yield Utterance(cue.start, cue.end, shown, speaker, turn=mark > 0)


def _dash(line: str) -> int:
    """Return the length of a dash that opens a turn; one before a small letter stands in a sentence."""
    dash = DASH.match(line)
    first = next(filter(str.isalnum, line[:MOST_REPEATED]), "")
    return dash.end() if dash and not first.islower() else 0


def _label(line: str) -> tuple[str, str]:
    """Return the name that heads a line, empty without one, and the words behind it."""
    named = LABEL.match(line) or BRACKETED_NAME.match(line)
    name = next(filter(None, named.groups()), "") if named else ""
    return (name, line[named.end() :]) if named and name[0].isupper() else ("", line)


def _without_sounds(line: str) -> str:
    """Drop what is heard and not said: "[applause]", "(LAUGHTER)", all of a line in brackets."""

    def kept(match: re.Match[str]) -> str:
        words = next(group for group in match.groups() if group is not None)
        alone = match[0] == line.strip() and match[0][0] != "*" and not SENTENCE_END.search(words)
        return " " if alone or _is_sound(words, square=match[0][0] == "[") else match[0]

    return folded(BRACKETED.sub(kept, line))


def _is_sound(words: str, *, square: bool) -> bool:
    if words.isupper() or not any(map(str.isalpha, words)):
        return square or not any(map(str.isdigit, words))
    parts = re.findall(r"[^\W\d_]+", words.lower())
    return any(part in word_list("caption_sounds") for part in parts)


# --------------------------------------------------------------------------- paragraphs


def _paragraphs(parts: Sequence[Utterance]) -> Iterator[Paragraph]:
    """Join the words of cues that go on with one another; further paragraphs of a speaker repeat the name."""
    labels = Counter(part.speaker for part in parts)
    sure = {part.speaker for part in parts if part.turn or labels[part.speaker] > 1 or part.speaker.isupper()}
    here = Paragraph("", "body")
    for part in parts:
        if not here.parts or _begins(here, part):
            if here.parts:
                yield here
            stays = here.kind == part.kind and not part.turn and here.speaker in sure
            here = Paragraph(part.speaker or (here.speaker if stays else ""), part.kind)
        elif part.speaker and part.speaker != here.speaker:
            part = part._replace(words=f"{part.speaker}: {part.words}")  # noqa: PLW2901
        here.add(part)
    yield here


def _begins(here: Paragraph, part: Utterance) -> bool:
    """Return whether a paragraph ends where these words begin."""
    last = here.parts[-1]
    ended = SENTENCE_END.search(last.words[-MOST_REPEATED:]) is not None
    if part.kind != here.kind or (part.turn and not part.speaker):
        return True
    if part.speaker and part.speaker != here.speaker:
        # "Remember this:" in the middle of a sentence names nobody
        return part.turn or ended or part.speaker.isupper() or last.words[-1] in "-–—"
    pause = part.start - last.end
    return (pause >= PAUSE or here.length >= LONG) if ended else (pause >= SILENCE or here.length >= LONGEST)


def _laid_out(paragraphs: Iterable[Paragraph], *, title: str) -> Document:
    """Put paragraphs one under the other, each under its time, and note where each cue begins."""
    text: list[str] = []
    blocks: list[Block] = []
    times: list[Time] = []
    at = 0

    def put(words: str) -> int:
        nonlocal at
        text.append(words)
        at += len(words)
        return at

    for paragraph in paragraphs:
        first = paragraph.parts[0]
        times.append(Time(put(GAP if at else ""), first.start))
        begin = put(f"[{times[-1].clock}]\n")
        put(f"{paragraph.speaker}: " if paragraph.speaker else "")
        for index, part in enumerate(paragraph.parts):
            times.append(Time(put(" " if index else ""), part.start))
            put(part.words)
        marked = len(TURN) if first.words.startswith(TURN) and not paragraph.speaker else 0
        blocks.append(Block(begin + marked, at, paragraph.kind))
    return Document("".join(text), tuple(blocks), title=title, times=tuple(times))
