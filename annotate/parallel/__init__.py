"""Work side by side: worker processes, threads, and a Dask cluster."""

from annotate.parallel.dask_cluster import PATIENCE, Cluster, connected
from annotate.parallel.pool import Lost, Pool
from annotate.parallel.threads import map_ordered, map_unordered

__all__ = ["PATIENCE", "Cluster", "Lost", "Pool", "connected", "map_ordered", "map_unordered"]
