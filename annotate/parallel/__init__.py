"""Work side by side: worker processes, and a Dask cluster."""

from annotate.parallel.dask_cluster import PATIENCE, Cluster, connected
from annotate.parallel.pool import Lost, Pool

__all__ = ["PATIENCE", "Cluster", "Lost", "Pool", "connected"]
