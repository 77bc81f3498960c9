"""Questions to answers: what is known is not asked again, failures are counted, limits are kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any

from annotate.article.suggest.llm.cache import AnswerCache, Known, key_of
from annotate.article.suggest.llm.checks import Answer, checked, read_content
from annotate.article.suggest.llm.cost import FORM, Limits, Prices, Tokens, longest_answer, size_of
from annotate.article.suggest.llm.endpoint import Completion, Endpoint
from annotate.article.suggest.llm.failures import ASKED_AGAIN, LASTING, Unusable, Why
from annotate.article.suggest.llm.prompt import instructions, material, names, schema
from annotate.article.suggest.llm.questions import Kind, Question, batches
from annotate.parallel import map_unordered

#: Requests in a row without an answer, after which nothing more is asked.
MOST_FAILURES = 3

Progress = Callable[[int, int], None]
Failed = tuple[Question, Why]


@dataclass(frozen=True, slots=True)
class Terms:
    """How a model is asked: requests at once, claims of a request, seconds and answer tokens for each claim,
    prices and limits.
    """

    clients: int
    batch: int
    seconds: float
    answer_tokens: int
    prices: Prices
    limits: Limits


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a model would be asked: how many questions, how many of them are known, and the most tokens."""

    questions: int
    known: int
    tokens: Tokens


@dataclass(frozen=True)
class Answers:
    """Answers in the order of the questions, `None` where there is none; `failed` counts why.

    `known` counts those from earlier. `tokens` were used now; `spent` are the tokens behind all answers,
    those from earlier included.
    """

    answers: list[Answer | None]
    known: int
    failed: Counter[Why]
    tokens: Tokens
    spent: Tokens


class LanguageModel:
    """A language model with the codebook that it follows, and the file of what it answered before."""

    def __init__(self, endpoint: Endpoint, *, cache: AnswerCache, codebook: str, terms: Terms) -> None:
        self.endpoint, self.cache, self.terms = endpoint, cache, terms
        kinds: tuple[Kind, ...] = ("label", "cut")
        self._instructions = {kind: instructions(kind, codebook) for kind in kinds}

    @property
    def name(self) -> str:
        """The name that its suggestions carry."""
        return f"llm-{self.endpoint.model}"

    def estimate(self, questions: Sequence[Question]) -> Estimate:
        """Return what it takes to ask, at most; nothing is sent."""
        keys = [self.key(question) for question in questions]
        known = self.cache.find(set(keys))
        left = _unknown(keys, questions, known)
        tokens = sum((self.most_tokens(batch) for batch in batches(left, self.terms.batch)), Tokens())
        return Estimate(len(questions), sum(key in known for key in keys), tokens)

    def recall(self, questions: Sequence[Question]) -> Answers:
        """Return the answers that are known; nothing is sent."""
        return self._answers(questions, self.cache.find({self.key(each) for each in questions}), None)

    def ask(self, questions: Sequence[Question], progress: Progress = lambda done, total: None) -> Answers:
        """Return an answer to each question where there is a usable one; each is kept as soon as it is there.

        A claim that stands several times in one paragraph is asked about once. `progress` is called with the
        questions that are done, of those to ask, and their total.
        """
        keys = [self.key(question) for question in questions]
        found = self.cache.find(set(keys))
        left, run = _unknown(keys, questions, found), _Run(self)
        done, known = 0, frozenset(found)
        groups = batches(left, self.terms.batch)
        runs = [run] * self.terms.clients
        for batch, answered in map_unordered(runs, groups, _Run.ask, ending=0):
            self.cache.keep(answered, model=self.endpoint.model)
            found |= answered
            done += len(batch)
            progress(done, len(left))
        return self._answers(questions, found, run, known=sum(key in known for key in keys))

    def request(self, batch: Sequence[Question], *, again: bool) -> Completion:
        """Ask about a batch. Raises `Unusable`."""
        return self.endpoint.complete(
            self._messages(batch),
            schema=schema(batch),
            most=longest_answer(batch, self.terms.answer_tokens),
            seconds=self.terms.seconds * len(batch),
            again=again,
        )

    def most_tokens(self, batch: Sequence[Question]) -> Tokens:
        """Return the most tokens that a request about a batch takes."""
        sent = sum(FORM + size_of(message["content"]) for message in self._messages(batch))
        return Tokens(sent, longest_answer(batch, self.terms.answer_tokens))

    def key(self, question: Question) -> str:
        """Return what the answer to a question is kept under."""
        return key_of(question, model=self.endpoint.model, instructions=self._instructions[question.kind])

    def _messages(self, batch: Sequence[Question]) -> list[dict[str, str]]:
        return [
            {"role": "system", "content": self._instructions[batch[0].kind]},
            {"role": "user", "content": material(batch)},
        ]

    def _answers(
        self,
        questions: Sequence[Question],
        found: dict[str, Known],
        run: _Run | None,
        *,
        known: int | None = None,
    ) -> Answers:
        """Read what was found for each question, and count why there is nothing."""
        answers: list[Answer | None] = []
        failed: Counter[Why] = Counter()
        for question in questions:
            key = self.key(question)
            try:
                answers.append(checked(found[key].answer, question))
            except (KeyError, Unusable) as error:
                answers.append(None)
                why = error.why if isinstance(error, Unusable) else run and run.why.get(key)
                failed.update([why] if why else [])
        spent = sum((Tokens(each.tokens_in, each.tokens_out) for each in found.values()), Tokens())
        count = sum(answer is not None for answer in answers) if known is None else known
        return Answers(answers, count, failed, run.tokens if run else Tokens(), spent)


class _Run:
    """Requests, one or several at a time: what they took, what failed, and whether to go on."""

    def __init__(self, model: LanguageModel) -> None:
        self.model = model
        self.why: dict[str, Why] = {}
        self.tokens = Tokens()
        self._reserved = Tokens()  # at most, of requests that are out, or were not answered
        self._stopped: Why | None = None
        self._failures = 0
        self._turn = Lock()

    def ask(self, batch: Sequence[Question]) -> tuple[Sequence[Question], dict[str, Known]]:
        """Ask about a batch, and once more where answers cannot be used; if none can, by halves."""
        found, failed = self._asked(batch, again=False)
        again = [question for question, why in failed if why in ASKED_AGAIN]
        half = len(again) // 2 if len(again) == len(batch) else 0
        for part in filter(None, (again[:half], again[half:])):
            more, still = self._asked(part, again=True)
            found |= more
            failed += still
        with self._turn:
            self.why |= {self.model.key(question): why for question, why in failed}
        return batch, found

    def _asked(self, batch: Sequence[Question], *, again: bool) -> tuple[dict[str, Known], list[Failed]]:
        most = self.model.most_tokens(batch)
        if why := self._why_not(most):
            return {}, [(question, why) for question in batch]
        try:
            completion = self.model.request(batch, again=again)
        except Unusable as unusable:
            return self._unanswered(batch, unusable.why, most, again=again)
        with self._turn:
            self._failures = 0
            self.tokens += completion.tokens
            self._reserved -= most
        return self._read(completion, batch)

    def _why_not(self, most: Tokens) -> Why | None:
        """Return why a request is not made; else reserve the tokens that it may take."""
        terms = self.model.terms
        with self._turn:
            if self._stopped is None and terms.limits.exceeded(
                self.tokens + self._reserved + most, terms.prices
            ):
                self._stopped = Why.LIMIT
            if self._stopped is None:
                self._reserved += most
            return self._stopped

    def _unanswered(
        self, batch: Sequence[Question], why: Why, most: Tokens, *, again: bool
    ) -> tuple[dict[str, Known], list[Failed]]:
        """Divide a batch that is too long; else count it, and stop where asking on is of no use."""
        with self._turn:
            if why not in {Why.SLOW, Why.BROKEN_OFF}:  # what a model wrote for nothing may cost all the same
                self._reserved -= most
            self._failures += why is not Why.TOO_LONG
            if why in LASTING or self._failures >= MOST_FAILURES:
                self._stopped = why
        if why is Why.TOO_LONG and len(batch) > 1:
            half = len(batch) // 2
            first, second = (self._asked(part, again=again) for part in (batch[:half], batch[half:]))
            return first[0] | second[0], first[1] + second[1]
        return {}, [(question, why) for question in batch]

    def _read(
        self, completion: Completion, batch: Sequence[Question]
    ) -> tuple[dict[str, Known], list[Failed]]:
        """Return the answers of a completion that can be used, and why the others cannot."""
        try:
            given = read_content(completion.content) if completion.whole else {}
            missing = Why.MISSING if completion.whole else Why.CUT
        except Unusable as unusable:
            given, missing = {}, unusable.why
        usable, failed = dict[str, Any](), list[Failed]()
        for name, question in zip(names(batch), batch, strict=True):
            answer = given.get(name)
            try:
                checked(answer, question)
                usable[self.model.key(question)] = answer
            except Unusable as unusable:
                failed.append((question, missing if answer is None else unusable.why))
        share = completion.tokens.shared(len(usable))
        return {key: Known(each, share.sent, share.received) for key, each in usable.items()}, failed


def _unknown(keys: Iterable[str], questions: Iterable[Question], known: dict[str, Known]) -> list[Question]:
    """Return the questions without an answer, each once."""
    left = {key: question for key, question in zip(keys, questions, strict=True) if key not in known}
    return list(left.values())
