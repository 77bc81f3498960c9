"""Formats of other tools whose labels become judgements: one file a format, named after it.

Its function `load` returns an `annotate.report.formats.Importer`.
"""
