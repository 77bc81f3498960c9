"""Everything that knows Label Studio: the local server, claims out, judgements back."""

from annotate.studio.accounts import Credentials, add_user
from annotate.studio.adjudicate import record
from annotate.studio.answers import judgements_of, results_of
from annotate.studio.backups import backup, restore
from annotate.studio.client import Client, connect
from annotate.studio.config import read_config
from annotate.studio.database import clients_at_once, look_at_database
from annotate.studio.doctor import exit_code, look_at_server
from annotate.studio.finding import find_project
from annotate.studio.holdings import Holdings
from annotate.studio.home import address, credentials, readdressed
from annotate.studio.hotkeys import Hotkeys, bind
from annotate.studio.identity import Aim, Search
from annotate.studio.planning import Change, Drift, Plan
from annotate.studio.predictions import Unshown, show_all, unshown
from annotate.studio.premises import Check, fault, look_at_links, look_at_premises, look_from_outside, ok
from annotate.studio.projects import (
    Project,
    list_projects,
    open_project,
    peek_project,
    project_title,
)
from annotate.studio.provenance import GONE, unknown_name
from annotate.studio.pulling import Earlier, Reading, begin, pull_project
from annotate.studio.revisions import Place, Revision
from annotate.studio.revisions import newest as newest_revisions
from annotate.studio.rules import Question, bring_up_to_date, changes_of, refuse_unfit, rename
from annotate.studio.server import Server, start, status, stop
from annotate.studio.sync import apply, apply_all, holdings_of, plan, plan_all, project_of_claims, repair_all
from annotate.studio.tasks import (
    SHOWN_AS,
    TASK_FIELDS,
    Layout,
    Suggestions,
    Terms,
    claim_tasks,
    claims_of,
    is_ours,
    section_tasks,
    skips_of,
    source_words,
)

__all__ = [
    "GONE",
    "SHOWN_AS",
    "TASK_FIELDS",
    "Aim",
    "Change",
    "Check",
    "Client",
    "Credentials",
    "Drift",
    "Earlier",
    "Holdings",
    "Hotkeys",
    "Layout",
    "Place",
    "Plan",
    "Project",
    "Question",
    "Reading",
    "Revision",
    "Search",
    "Server",
    "Suggestions",
    "Terms",
    "Unshown",
    "add_user",
    "address",
    "apply",
    "apply_all",
    "backup",
    "begin",
    "bind",
    "bring_up_to_date",
    "changes_of",
    "claim_tasks",
    "claims_of",
    "clients_at_once",
    "connect",
    "credentials",
    "exit_code",
    "fault",
    "find_project",
    "holdings_of",
    "is_ours",
    "judgements_of",
    "list_projects",
    "look_at_database",
    "look_at_links",
    "look_at_premises",
    "look_at_server",
    "look_from_outside",
    "newest_revisions",
    "ok",
    "open_project",
    "peek_project",
    "plan",
    "plan_all",
    "project_of_claims",
    "project_title",
    "pull_project",
    "read_config",
    "readdressed",
    "record",
    "refuse_unfit",
    "rename",
    "repair_all",
    "restore",
    "results_of",
    "section_tasks",
    "show_all",
    "skips_of",
    "source_words",
    "start",
    "status",
    "stop",
    "unknown_name",
    "unshown",
]
