"""What a desk does, as functions: the command line and a notebook both call them.

They print nothing and ask nothing by themselves: results are records, errors are those of `annotate.errors`.
All of them take `settings` (by default those of the current folder) and `progress`, which receives notes,
counts and what happens meanwhile. `workers` is how many processes work on many articles, by default one a
core; `confirm` answers questions with true or false, and without it an open question raises an error.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from annotate.workflows.adjudication import AdjudicationResult, adjudicate
    from annotate.workflows.articles import (
        ArchiveResult,
        Extracted,
        claims,
        extraction_frame,
        in_order,
        no_claims,
        write_archive,
    )
    from annotate.workflows.checks import doctor
    from annotate.workflows.desk import (
        Connection,
        bind_hotkeys,
        connect,
        restore_studio,
        start_studio,
        studio_status,
    )
    from annotate.workflows.importing.labels import ImportResult, import_labels
    from annotate.workflows.init import write_own_files
    from annotate.workflows.learning import LearnResult, forget, learn
    from annotate.workflows.memory.feeds import add_feed
    from annotate.workflows.memory.keeping import (
        MemoryStatus,
        Remembered,
        forget_source,
        memory_status,
        rebuild_memory,
        search_memory,
    )
    from annotate.workflows.memory.recall import Recall
    from annotate.workflows.progress import SILENT, Confirm, Progress, PushedArticle
    from annotate.workflows.projects import UsersResult, invite, rename, users
    from annotate.workflows.pulling import PullResult, claims_frame, judgements_frame, pull
    from annotate.workflows.pushing import BATCH_CLAIMS, PushResult, push
    from annotate.workflows.reports import (
        Evaluation,
        FeedbackResult,
        ReportResult,
        evaluate,
        feedback,
        report,
        report_all,
    )
    from annotate.workflows.review.session import Change, ReviewSession, answer_as_change, open_review
    from annotate.workflows.training_round import (
        StartedRound,
        TrainingResults,
        all_feedback,
        train_annotators,
        training_results,
    )
    from annotate.workflows.watching import Event, watch

__all__ = [
    "BATCH_CLAIMS",
    "SILENT",
    "AdjudicationResult",
    "ArchiveResult",
    "Change",
    "Confirm",
    "Connection",
    "Evaluation",
    "Event",
    "Extracted",
    "FeedbackResult",
    "ImportResult",
    "LearnResult",
    "MemoryStatus",
    "Progress",
    "PullResult",
    "PushResult",
    "PushedArticle",
    "Recall",
    "Remembered",
    "ReportResult",
    "ReviewSession",
    "StartedRound",
    "TrainingResults",
    "UsersResult",
    "add_feed",
    "adjudicate",
    "all_feedback",
    "answer_as_change",
    "bind_hotkeys",
    "claims",
    "claims_frame",
    "connect",
    "doctor",
    "evaluate",
    "extraction_frame",
    "feedback",
    "forget",
    "forget_source",
    "import_labels",
    "in_order",
    "invite",
    "judgements_frame",
    "learn",
    "memory_status",
    "no_claims",
    "open_review",
    "ordered_claims",
    "ordered_frame",
    "pull",
    "push",
    "rebuild_memory",
    "rename",
    "report",
    "report_all",
    "restore_studio",
    "search_memory",
    "start_studio",
    "studio_status",
    "train_annotators",
    "training_results",
    "users",
    "watch",
    "write_archive",
    "write_own_files",
]

#: Where each name is. A file is loaded when one of its names is first used, for breaking up articles needs
#: neither Label Studio nor pandas.
FILES = {
    "adjudication": ("AdjudicationResult", "adjudicate"),
    "articles": (
        "ArchiveResult",
        "Extracted",
        "claims",
        "extraction_frame",
        "in_order",
        "no_claims",
        "write_archive",
    ),
    "checks": ("doctor",),
    "desk": ("Connection", "bind_hotkeys", "connect", "restore_studio", "start_studio", "studio_status"),
    "importing.labels": ("ImportResult", "import_labels"),
    "init": ("write_own_files",),
    "learning": ("LearnResult", "forget", "learn"),
    "memory.feeds": ("add_feed",),
    "order": ("ordered_claims", "ordered_frame"),
    "memory.keeping": (
        "MemoryStatus",
        "Remembered",
        "forget_source",
        "memory_status",
        "rebuild_memory",
        "search_memory",
    ),
    "memory.recall": ("Recall",),
    "progress": ("SILENT", "Confirm", "Progress", "PushedArticle"),
    "projects": ("UsersResult", "invite", "rename", "users"),
    "pulling": ("PullResult", "claims_frame", "judgements_frame", "pull"),
    "pushing": ("BATCH_CLAIMS", "PushResult", "push"),
    "reports": (
        "Evaluation",
        "FeedbackResult",
        "ReportResult",
        "evaluate",
        "feedback",
        "report",
        "report_all",
    ),
    "review.session": ("Change", "ReviewSession", "answer_as_change", "open_review"),
    "training_round": (
        "StartedRound",
        "TrainingResults",
        "all_feedback",
        "train_annotators",
        "training_results",
    ),
    "watching": ("Event", "watch"),
}
_FILE_OF = {name: file for file, names in FILES.items() for name in names}


def __getattr__(name: str) -> Any:
    if name not in _FILE_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_FILE_OF[name]}"), name)
