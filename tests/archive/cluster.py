"""A real Dask cluster on this machine: `python -m tests.archive.cluster`; it prints its address, and ends by itself."""

import sys
import time


def main() -> None:
    """Run a scheduler and two workers, in processes of their own, until standard input ends."""
    from distributed import LocalCluster  # noqa: PLC0415 - each of its processes imports this file

    with LocalCluster(
        n_workers=int(sys.argv[1]), threads_per_worker=1, host="127.0.0.1", dashboard_address=None
    ) as cluster:
        print(cluster.scheduler_address, flush=True)
        began = time.monotonic()
        while sys.stdin.buffer.read(1) and time.monotonic() - began < 300:
            pass


if __name__ == "__main__":
    main()
