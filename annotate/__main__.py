"""Run the command line: `python -m annotate` or `annotate`."""

from annotate.cli import main

if __name__ == "__main__":
    main()
