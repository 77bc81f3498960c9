"""The order in which claims go out to annotators, and the signs that a claim is worth checking."""

from annotate.order.priorities import Order, Placed, Priority, disagreement_by_suggestion
from annotate.order.signs import SIGNS, Candidate, Weights, Worthiness, worthiness

__all__ = [
    "SIGNS",
    "Candidate",
    "Order",
    "Placed",
    "Priority",
    "Weights",
    "Worthiness",
    "disagreement_by_suggestion",
    "worthiness",
]
