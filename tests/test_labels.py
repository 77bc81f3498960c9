"""A labels.toml that cannot be used is refused in one line that names the label and what to change."""

from __future__ import annotations

import pytest

from annotate.config import config_text
from annotate.errors import UsageError
from annotate.labels import LABELS, parse_labels

SHIPPED = config_text("labels.toml")
FAULTY = {
    "a field is missing": (SHIPPED.replace("shown =", "shwon =", 1), "'opinion' has no shown: add what"),
    "a field is unknown": (f"{SHIPPED}\nextra = 1\n", "'checkable_fact' has unknown fields: remove extra"),
    "one table for all": ('[label]\nname = "opinion"\n', "begin it with [[label]]"),
    "no label": ("", "fewer than two labels"),
    "a name of a column": (SHIPPED.replace('"opinion"', '"status"', 1), "name = 'status' of the label"),
    "one key for two": (SHIPPED.replace('hotkey = "2"', 'hotkey = "1"'), "have the same hotkey"),
    "no TOML": ("[[label", "configs/labels.toml: "),
}


@pytest.mark.parametrize(("text", "message"), FAULTY.values(), ids=FAULTY)
def test_a_file_that_cannot_be_used_is_refused_in_one_line(text: str, message: str) -> None:
    with pytest.raises(UsageError) as refused:
        parse_labels(text)
    assert str(refused.value).startswith("configs/labels.toml: ")
    assert message in str(refused.value)
    assert "__init__" not in str(refused.value)
    assert "\n" not in str(refused.value)


def test_the_shipped_file_is_read() -> None:
    assert tuple(spec.name for spec in parse_labels(SHIPPED)) == LABELS
