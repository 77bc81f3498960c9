"""Training rounds: decided claims that go to a new annotator, and how far the answers agree with the desk."""

from annotate.training_round.answer_key import answer_key
from annotate.training_round.choosing import FEWEST, IN_SECTION, WANTED, choose
from annotate.training_round.decided import DecidedClaim, Stock, decided_claims, sample_stock
from annotate.training_round.first_answers import TrainingAnswers, explained, training_answers
from annotate.training_round.html import results_page
from annotate.training_round.records import (
    Round,
    read_round,
    round_key,
    round_number,
    round_title,
    write_round,
)
from annotate.training_round.results import (
    CONFUSIONS_COLUMNS,
    RESULTS_COLUMNS,
    Result,
    confusions_frame,
    result_of,
    results_frame,
)

__all__ = [
    "CONFUSIONS_COLUMNS",
    "FEWEST",
    "IN_SECTION",
    "RESULTS_COLUMNS",
    "WANTED",
    "DecidedClaim",
    "Result",
    "Round",
    "Stock",
    "TrainingAnswers",
    "answer_key",
    "choose",
    "confusions_frame",
    "decided_claims",
    "explained",
    "read_round",
    "result_of",
    "results_frame",
    "results_page",
    "round_key",
    "round_number",
    "round_title",
    "sample_stock",
    "training_answers",
    "write_round",
]
