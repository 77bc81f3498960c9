"""The Label Studio that the program installs and starts itself."""

from annotate.studio.local import postgres
from annotate.studio.local.accounts import Credentials, WebSession, add_user, session
from annotate.studio.local.backups import backup, restore
from annotate.studio.local.home import address, credentials, readdressed
from annotate.studio.local.install import NotInstalled, find_executable
from annotate.studio.local.install import install as install_server
from annotate.studio.local.processes import HOST
from annotate.studio.local.server import Server, start, status, stop

__all__ = [
    "HOST",
    "Credentials",
    "NotInstalled",
    "Server",
    "WebSession",
    "add_user",
    "address",
    "backup",
    "credentials",
    "find_executable",
    "install_server",
    "postgres",
    "readdressed",
    "restore",
    "session",
    "start",
    "status",
    "stop",
]
