"""The database that holds the labels, SQLite or PostgreSQL, and how many clients it supports at once."""

from __future__ import annotations

from annotate.studio.doctor.host_checks import Check, fault, ok, warning
from annotate.studio.local import Server, postgres

# Measured: two clients are slower than one on SQLite, with stalls of 20 s, and twice as fast on PostgreSQL.
ON_SQLITE, ON_POSTGRES = 1, 2


def clients_at_once(server: Server | None, *, wanted: int = 0) -> int:
    """Return how many clients push or pull at once: `wanted` if it is set, else what the database supports.

    `server` is the local Label Studio; the database of another one (`None`) is unknown.
    """
    if wanted:
        return wanted
    return ON_POSTGRES if server and server.database == "postgres" else ON_SQLITE


def look_at_database(server: Server | None, *, wanted: int = 0) -> Check:
    """Return the database of the local Label Studio or of another (`None`), and how many clients push."""
    clients = clients_at_once(server, wanted=wanted)
    pushing = "1 client pushes" if clients == 1 else f"{clients} clients push at once"
    if server is None:
        hint = "" if wanted else " (if it is PostgreSQL, set ANNOTATE_CLIENTS=2)"
        return ok("database", f"unknown from here; {pushing}{hint}")
    if server.database == "postgres":
        if not postgres.is_running(server.home):
            return fault("database", "PostgreSQL does not run", "`annotate studio start` starts it again")
        return ok("database", f"PostgreSQL {postgres.version(server.home)}; {pushing}")
    if clients > ON_SQLITE:
        return warning("database", f"SQLite, where several clients stall; {pushing}", "set clients to 0")
    return ok("database", f"SQLite, enough for one desk; {pushing}")
