"""Calls to a Label Studio server: client, locks, projects."""

from annotate.studio.api.client import MOMENT, Client, clients_for
from annotate.studio.api.failures import Unclear
from annotate.studio.api.lock import Busy, lock_folder, lock_project
from annotate.studio.api.project_search import find_project, lost_marks, refuse_lost, refuse_lost_parts
from annotate.studio.api.projects import (
    Project,
    add_part,
    checked,
    current_codebook,
    description,
    joined,
    list_projects,
    matching,
    named_by_person,
    other_title,
    peek_project,
    project_title,
)
from annotate.studio.api.tasks import IdSpan, ids_per_call

__all__ = [
    "MOMENT",
    "Busy",
    "Client",
    "IdSpan",
    "Project",
    "Unclear",
    "add_part",
    "checked",
    "clients_for",
    "current_codebook",
    "description",
    "find_project",
    "ids_per_call",
    "joined",
    "list_projects",
    "lock_folder",
    "lock_project",
    "lost_marks",
    "matching",
    "named_by_person",
    "other_title",
    "peek_project",
    "project_title",
    "refuse_lost",
    "refuse_lost_parts",
]
