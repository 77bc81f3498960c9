"""The Label Studio that the program starts itself."""

from annotate.studio.local import postgres
from annotate.studio.local.accounts import Credentials, WebSession, add_user, session
from annotate.studio.local.backups import backup, restore
from annotate.studio.local.home import address, credentials, readdressed
from annotate.studio.local.processes import HOST
from annotate.studio.local.server import Server, start, status, stop

__all__ = [
    "HOST",
    "Credentials",
    "Server",
    "WebSession",
    "add_user",
    "address",
    "backup",
    "credentials",
    "postgres",
    "readdressed",
    "restore",
    "session",
    "start",
    "status",
    "stop",
]
