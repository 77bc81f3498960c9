"""The figures of agreement as JSON."""

from __future__ import annotations

import json

from annotate.report.exporters.registry import ReportData, exporter


@exporter("agreement.json", place=10)
def agreement_json(data: ReportData) -> str:
    """Return the figures, `null` where one is not defined."""
    return json.dumps(data.figures, ensure_ascii=False, indent=2, allow_nan=False) + "\n"
