"""The files of a report: an exporter a file, found among the modules of this room.

A further file is a further module: a function that makes it, registered by `@exporter` (content) or by
`@table` (a frame that is written as CSV).
"""

from importlib import import_module
from pkgutil import iter_modules

from annotate.report.exporters.claims_jsonl import JSONL_KEYS, claim_rows
from annotate.report.exporters.registry import Exporter, ReportData, exporter, exporters, report_data, table

__all__ = [
    "JSONL_KEYS",
    "Exporter",
    "ReportData",
    "claim_rows",
    "exporter",
    "exporters",
    "report_data",
    "table",
]

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")
