"""The Label Studio that the program installs and starts itself."""

from annotate.studio.local import postgres
from annotate.studio.local.accounts import WebSession, session
from annotate.studio.local.install import find_executable
from annotate.studio.local.page import CLAIM_PARTS, SCRIPT_PATH
from annotate.studio.local.processes import HOST
from annotate.studio.local.server import Server

__all__ = [
    "CLAIM_PARTS",
    "HOST",
    "SCRIPT_PATH",
    "Server",
    "WebSession",
    "find_executable",
    "postgres",
    "session",
]
