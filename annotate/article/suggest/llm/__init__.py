"""Suggestions by a language model: prompt, checks, answers that are kept, and the endpoint that is asked."""

from annotate.article.suggest.llm.applying import questions_about, with_answers
from annotate.article.suggest.llm.asking import Answers, Estimate, LanguageModel, Terms
from annotate.article.suggest.llm.cache import AnswerCache
from annotate.article.suggest.llm.checks import Labelled
from annotate.article.suggest.llm.cost import Limits, Prices, Tokens
from annotate.article.suggest.llm.endpoint import Endpoint
from annotate.article.suggest.llm.failures import Unusable, Why
from annotate.article.suggest.llm.questions import Question, questions_of

__all__ = [
    "AnswerCache",
    "Answers",
    "Endpoint",
    "Estimate",
    "Labelled",
    "LanguageModel",
    "Limits",
    "Prices",
    "Question",
    "Terms",
    "Tokens",
    "Unusable",
    "Why",
    "questions_about",
    "questions_of",
    "with_answers",
]
