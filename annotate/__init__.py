"""Decide, claim by claim, what in an article is opinion, report or checkable fact.

An article goes one way through the house: `annotate.article` breaks it into claims, `annotate.studio`
carries them to Label Studio and the answers back, `annotate.report` turns the answers into tables and a page.
"""

__version__ = "0.1.0"
