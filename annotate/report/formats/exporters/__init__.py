"""Formats of other tools that a report also writes where a desk asks for them: one file a format.

A file is named after its format, and so is the folder that it fills. It has a function `load`, which returns
the function from `ReportData` to the files of the folder, as text or bytes by their paths in it.
"""
