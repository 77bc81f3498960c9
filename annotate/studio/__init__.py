"""Everything that knows Label Studio: claims out, judgements back."""

from annotate.studio.tasks import (
    TASK_FIELDS,
    claim_tasks,
    claims_of,
    is_ours,
    judgements_of,
    section_tasks,
    skips_of,
)

__all__ = [
    "TASK_FIELDS",
    "claim_tasks",
    "claims_of",
    "is_ours",
    "judgements_of",
    "section_tasks",
    "skips_of",
]
