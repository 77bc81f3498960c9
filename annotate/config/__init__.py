"""Settings, and the files of a desk: labeling configs, codebook, word lists."""

from annotate.config import settings
from annotate.config.resources import (
    PACKAGE,
    codebook,
    config_text,
    file_bytes,
    made_from,
    own_files,
    sample_article,
    shipped_names,
    weights_text,
    word_list,
    write_own_file,
)
from annotate.config.settings import (
    LONGEST_NAME,
    MEMORY_FILE,
    MEMORY_FOLDER,
    MOST_GOLD,
    Settings,
    learnt_model,
    load_settings,
)

__all__ = [
    "LONGEST_NAME",
    "MEMORY_FILE",
    "MEMORY_FOLDER",
    "MOST_GOLD",
    "PACKAGE",
    "Settings",
    "codebook",
    "config_text",
    "file_bytes",
    "learnt_model",
    "load_settings",
    "made_from",
    "own_files",
    "sample_article",
    "settings",
    "shipped_names",
    "weights_text",
    "word_list",
    "write_own_file",
]
