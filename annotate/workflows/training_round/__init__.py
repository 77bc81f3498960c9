"""Training rounds: sent to new annotators, their results, and who has not passed."""

from annotate.workflows.training_round.feedback import all_feedback
from annotate.workflows.training_round.passing import note_untrained
from annotate.workflows.training_round.results import TrainingResults, training_results
from annotate.workflows.training_round.starting import StartedRound, train_annotators

__all__ = [
    "StartedRound",
    "TrainingResults",
    "all_feedback",
    "note_untrained",
    "train_annotators",
    "training_results",
]
