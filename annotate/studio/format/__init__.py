"""Label Studio's data: tasks, annotations and labeling configs; pure."""

from annotate.studio.format.annotations import judgements_of, results_of
from annotate.studio.format.decisions import (
    Entry,
    editor_of,
    entries_of,
    is_decided,
    later,
    renamed,
    with_entry,
)
from annotate.studio.format.labeling_config import (
    Config,
    check_tasks,
    codebook_html,
    differences,
    parse_config,
    read_config,
)
from annotate.studio.format.predictions import MODEL_VERSION, UNJUDGED, predictions_of
from annotate.studio.format.provenance import author_of, carried_over, known_users, remembering
from annotate.studio.format.revisions import Revision, carrying, newest, packed_revision, revision_of
from annotate.studio.format.sent import Task, claims_of, digest_of, drawn_claim, is_ours, skips_of, words_of
from annotate.studio.format.tasks import (
    DEFAULT_TERMS,
    PASSAGE_FIELDS,
    TASK_FIELDS,
    Layout,
    Suggestions,
    Terms,
    check_words,
    claim_tasks,
    section_tasks,
)

__all__ = [
    "DEFAULT_TERMS",
    "MODEL_VERSION",
    "PASSAGE_FIELDS",
    "TASK_FIELDS",
    "UNJUDGED",
    "Config",
    "Entry",
    "Layout",
    "Revision",
    "Suggestions",
    "Task",
    "Terms",
    "author_of",
    "carried_over",
    "carrying",
    "check_tasks",
    "check_words",
    "claim_tasks",
    "claims_of",
    "codebook_html",
    "differences",
    "digest_of",
    "drawn_claim",
    "editor_of",
    "entries_of",
    "is_decided",
    "is_ours",
    "judgements_of",
    "known_users",
    "later",
    "newest",
    "packed_revision",
    "parse_config",
    "predictions_of",
    "read_config",
    "remembering",
    "renamed",
    "results_of",
    "revision_of",
    "section_tasks",
    "skips_of",
    "with_entry",
    "words_of",
]
