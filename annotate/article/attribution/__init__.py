"""Who says what: cues, sources, contents and chains of sources."""

from annotate.article.attribution.attributions import (
    Attributed,
    attributions_of,
    attributions_with_names,
    find_attributions,
    signed_by,
    turns_of,
)
from annotate.article.attribution.contents import is_content_beside, rest_of_statement, says_as, speaks_apart
from annotate.article.attribution.coreference import Cast
from annotate.article.attribution.cues import is_cue
from annotate.article.attribution.lead_ins import (
    acting_before,
    acting_in,
    gone_on_by,
    led_in_by,
    led_out_by,
    view_of,
)
from annotate.article.attribution.patterns import makes_list

__all__ = [
    "Attributed",
    "Cast",
    "acting_before",
    "acting_in",
    "attributions_of",
    "attributions_with_names",
    "find_attributions",
    "gone_on_by",
    "is_content_beside",
    "is_cue",
    "led_in_by",
    "led_out_by",
    "makes_list",
    "rest_of_statement",
    "says_as",
    "signed_by",
    "speaks_apart",
    "turns_of",
    "view_of",
]
