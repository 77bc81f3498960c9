"""What holds the labels, SQLite or PostgreSQL, and so how many clients work at once."""

from __future__ import annotations

from annotate.studio.doctor.host_checks import Check, fault, ok, warning
from annotate.studio.local import Server, postgres

# Measured: two clients are slower than one on SQLite, with stalls of 20 s, and twice as fast on PostgreSQL.
ON_SQLITE, ON_POSTGRES = 1, 2


def clients_at_once(server: Server | None, *, wanted: int = 0) -> int:
    """Return how many clients push or pull at once: `wanted` where it is set, else what the database bears.

    `server` is the local Label Studio; of another one (`None`) nobody tells us what holds its labels.
    """
    if wanted:
        return wanted
    return ON_POSTGRES if server and server.database == "postgres" else ON_SQLITE


def look_at_database(server: Server | None, *, wanted: int = 0) -> Check:
    """Return what holds the labels of the local Label Studio or another (`None`), and who may push."""
    clients = clients_at_once(server, wanted=wanted)
    pushing = "1 client pushes" if clients == 1 else f"{clients} clients push at once"
    if server is None:
        more = "" if wanted else " (where it is PostgreSQL, set ANNOTATE_CLIENTS=2)"
        return ok("database", f"unknown from here; {pushing}{more}")
    if server.database == "postgres" and not postgres.running(server.home):
        return fault("database", "PostgreSQL does not run", "`annotate studio start` starts it again")
    if server.database == "postgres":
        return ok("database", f"PostgreSQL {postgres.version(server.home)}; {pushing}")
    if clients > ON_SQLITE:
        return warning("database", f"SQLite, where several clients stall; {pushing}", "set clients to 0")
    return ok("database", f"SQLite, enough for one desk; {pushing}")
