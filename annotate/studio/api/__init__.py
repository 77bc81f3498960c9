"""Calls to a Label Studio server: client, retries, locks, projects."""

from annotate.studio.api.client import LOT, MOMENT, Client, connect
from annotate.studio.api.failures import Unclear
from annotate.studio.api.hotkeys import Hotkeys, bind
from annotate.studio.api.lock import lock_folder, writing_into
from annotate.studio.api.project_search import find_project, lost_marks, refuse_lost, refuse_lost_parts
from annotate.studio.api.projects import (
    Held,
    Project,
    add_part,
    checked,
    description,
    joined,
    list_projects,
    matching,
    named_by_person,
    open_project,
    other_title,
    peek_project,
    project_title,
)
from annotate.studio.api.threads import crew_of, done_by, done_in_order

__all__ = [
    "LOT",
    "MOMENT",
    "Client",
    "Held",
    "Hotkeys",
    "Project",
    "Unclear",
    "add_part",
    "bind",
    "checked",
    "connect",
    "crew_of",
    "description",
    "done_by",
    "done_in_order",
    "find_project",
    "joined",
    "list_projects",
    "lock_folder",
    "lost_marks",
    "matching",
    "named_by_person",
    "open_project",
    "other_title",
    "peek_project",
    "project_title",
    "refuse_lost",
    "refuse_lost_parts",
    "writing_into",
]
