"""Settings, and the files of a desk: labeling configs, codebook, word lists."""

from annotate.config import settings
from annotate.config.codebooks import NO_RULINGS, Codebook, Question, codebook, questions_about, rulings_in
from annotate.config.resources import (
    PACKAGE,
    WEIGHTS,
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
    "NO_RULINGS",
    "PACKAGE",
    "WEIGHTS",
    "Codebook",
    "Question",
    "Settings",
    "codebook",
    "config_text",
    "file_bytes",
    "learnt_model",
    "load_settings",
    "made_from",
    "own_files",
    "questions_about",
    "rulings_in",
    "sample_article",
    "settings",
    "shipped_names",
    "weights_text",
    "word_list",
    "write_own_file",
]
