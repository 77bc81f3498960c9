"""Which questions of the codebook decided, by what annotators ticked, and on which they differ."""

from annotate.report.rulings.table import RULINGS_COLUMNS, rulings_table

__all__ = ["RULINGS_COLUMNS", "rulings_table"]
