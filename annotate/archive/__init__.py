"""Archives: many articles into Parquet files, on one machine or on a cluster; broken off, they go on."""

from annotate.archive.archive import SET_ASIDE, Articles, Files, Plan, break_up
from annotate.archive.cluster import on_cluster
from annotate.archive.shards import Counts
from annotate.archive.work import Driver, Work, on_this_machine

__all__ = [
    "SET_ASIDE",
    "Articles",
    "Counts",
    "Driver",
    "Files",
    "Plan",
    "Work",
    "break_up",
    "on_cluster",
    "on_this_machine",
]
