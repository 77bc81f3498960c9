"""Push: what is there, what is missing, and sending it."""

from annotate.studio.push.planning import drift_in
from annotate.studio.push.predictions import unshown

__all__ = ["drift_in", "unshown"]
