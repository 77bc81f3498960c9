"""The editor's workbook, `desk.xlsx`, and the records of claims to decide that it is made of."""

from annotate.report.workbook.book import BookData, workbook
from annotate.report.workbook.cases import Case, cases_of, ids_to_decide

__all__ = ["BookData", "Case", "cases_of", "ids_to_decide", "workbook"]
