"""Checks of everything that a desk depends on."""

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
)

__all__ = [
    "Check",
    "clients_at_once",
    "exit_code",
    "fault",
    "look_at_database",
    "look_at_host",
    "look_at_links",
    "look_at_program",
    "look_at_server",
    "look_from_outside",
    "ok",
]
