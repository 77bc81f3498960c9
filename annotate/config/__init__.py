"""Settings, and the files of a desk: labeling configs, codebook, word lists."""

from annotate.config import settings
from annotate.config.resources import (
    PACKAGE,
    codebook,
    config_text,
    file_bytes,
    made_from,
    own_files,
    shipped_names,
    weights_text,
    word_list,
    write_own_file,
)
from annotate.config.settings import Settings

__all__ = [
    "PACKAGE", "Settings", "codebook", "config_text", "file_bytes", "made_from", "own_files", "settings",
    "shipped_names", "weights_text", "word_list", "write_own_file",
]  # fmt: skip
