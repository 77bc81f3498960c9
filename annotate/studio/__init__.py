"""Everything that knows Label Studio: the local server, claims out, judgements back."""

from annotate.studio.adjudicate import DecidedSince, record, record_since
from annotate.studio.answers import Answer, add_person, find_person, record_answers, rulings_offered
from annotate.studio.api.client import Client, connect
from annotate.studio.api.hotkeys import Hotkeys, bind
from annotate.studio.api.lock import Busy
from annotate.studio.api.project_search import find_project
from annotate.studio.api.projects import (
    TITLE_LENGTHS,
    TRAINING,
    Project,
    is_training,
    list_projects,
    open_project,
    peek_project,
)
from annotate.studio.doctor.checks import exit_code, look_at_server
from annotate.studio.doctor.database import clients_at_once, look_at_database
from annotate.studio.doctor.host_checks import (
    Check,
    fault,
    look_at_host,
    look_at_links,
    look_at_program,
    look_from_outside,
    ok,
    warning,
)
from annotate.studio.doctor.page_script import look_at_page_script
from annotate.studio.format.labeling_config import read_config
from annotate.studio.format.provenance import GONE, full_name, unknown_name
from annotate.studio.format.reasons import plain_reason
from annotate.studio.format.records import (
    PulledProject,
    Raw,
    SentClaim,
    SentTask,
    answers_in,
    article_of,
    claim_texts,
    read_project,
    user_names,
)
from annotate.studio.format.revisions import Place, Revision
from annotate.studio.format.sent import Task, is_gold
from annotate.studio.format.tasks import Layout, Terms
from annotate.studio.gold import (
    DecidedClaim,
    GoldArticle,
    Origin,
    claims_shown,
    gold_tasks,
    origin_of,
    origins_of,
    person_code,
    unsealed,
)
from annotate.studio.local.accounts import Credentials, add_user
from annotate.studio.local.backups import backup, restore
from annotate.studio.local.home import FIRST_USER, address, readdressed
from annotate.studio.local.install import NotInstalled, find_executable
from annotate.studio.local.install import install as install_server
from annotate.studio.local.server import Server, start, status, stop
from annotate.studio.local.training_key import first_answers, write_key
from annotate.studio.migrate import Question, bring_up_to_date, changes_of, refuse_unfit, rename
from annotate.studio.pull import Reading, begin, fingerprint, pull_project
from annotate.studio.push.identity import Aim, Search
from annotate.studio.push.imported import (
    ImportedText,
    imported_texts,
    refuse_claim_layout,
    remove_imported,
)
from annotate.studio.push.index import ProjectIndex
from annotate.studio.push.planning import Plan, blank_plans
from annotate.studio.push.predictions import Unshown, show_all, unshown
from annotate.studio.push.sync import (
    apply_all,
    compare_all,
    gold_of,
    project_of_claims,
    read_index,
    repair_all,
)

__all__ = [
    "FIRST_USER",
    "GONE",
    "TITLE_LENGTHS",
    "TRAINING",
    "Aim",
    "Answer",
    "Busy",
    "Check",
    "Client",
    "Credentials",
    "DecidedClaim",
    "DecidedSince",
    "GoldArticle",
    "Hotkeys",
    "ImportedText",
    "Layout",
    "NotInstalled",
    "Origin",
    "Place",
    "Plan",
    "Project",
    "ProjectIndex",
    "PulledProject",
    "Question",
    "Raw",
    "Reading",
    "Revision",
    "Search",
    "SentClaim",
    "SentTask",
    "Server",
    "Task",
    "Terms",
    "Unshown",
    "add_person",
    "add_user",
    "address",
    "answers_in",
    "apply_all",
    "article_of",
    "backup",
    "begin",
    "bind",
    "blank_plans",
    "bring_up_to_date",
    "changes_of",
    "claim_texts",
    "claims_shown",
    "clients_at_once",
    "compare_all",
    "connect",
    "exit_code",
    "fault",
    "find_executable",
    "find_person",
    "find_project",
    "fingerprint",
    "first_answers",
    "full_name",
    "gold_of",
    "gold_tasks",
    "imported_texts",
    "install_server",
    "is_gold",
    "is_training",
    "list_projects",
    "look_at_database",
    "look_at_host",
    "look_at_links",
    "look_at_page_script",
    "look_at_program",
    "look_at_server",
    "look_from_outside",
    "ok",
    "open_project",
    "origin_of",
    "origins_of",
    "peek_project",
    "person_code",
    "plain_reason",
    "project_of_claims",
    "pull_project",
    "read_config",
    "read_index",
    "read_project",
    "readdressed",
    "record",
    "record_answers",
    "record_since",
    "refuse_claim_layout",
    "refuse_unfit",
    "remove_imported",
    "rename",
    "repair_all",
    "restore",
    "rulings_offered",
    "show_all",
    "start",
    "status",
    "stop",
    "unknown_name",
    "unsealed",
    "unshown",
    "user_names",
    "warning",
    "write_key",
]
