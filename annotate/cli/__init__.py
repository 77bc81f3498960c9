"""The command line; the only place that prints.

Here nothing is loaded before it is needed, so that Ctrl-C is answered in one line from the beginning.
"""

import sys
from collections.abc import Sequence
from typing import NoReturn

__all__ = ["main", "run"]


def main() -> NoReturn:
    """Run the command line as `annotate.cli.app.main`; Ctrl-C while it is loaded is answered in one line."""
    try:
        from annotate.cli import app

        app.main()
    except KeyboardInterrupt:
        sys.stderr.write("annotate: interrupted; run the same command again to go on\n")
        raise SystemExit(130) from None


def run(arguments: Sequence[str]) -> int:
    """Run one command as `annotate.cli.app.run`, and return its exit code."""
    from annotate.cli import app

    return app.run(arguments)
