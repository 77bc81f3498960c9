"""Attributions as they stand in a parsed sentence, in tokens; each rule reads one way of naming a source."""

from annotate.article.attribution.patterns.attitudes import attitudes_of
from annotate.article.attribution.patterns.reading import Reading
from annotate.article.attribution.patterns.rules import readings_of
from annotate.article.attribution.patterns.verbs import makes_list

__all__ = ["Reading", "attitudes_of", "makes_list", "readings_of"]
