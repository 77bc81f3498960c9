"""The desk's page scripts, its page of one claim, and the layer that adds them to a Label Studio."""

from annotate.studio.local.page.claimdesk_layer import (
    APPLICATION,
    AUTO_ADVANCE,
    CLAIM_PARTS,
    FOLDER,
    LIST_SCRIPT_PATH,
    SCRIPT_PATH,
    TRAINING_ANSWERS,
    TRAINING_SCRIPT_PATH,
    ScriptLayer,
)

__all__ = [
    "APPLICATION",
    "AUTO_ADVANCE",
    "CLAIM_PARTS",
    "FOLDER",
    "LIST_SCRIPT_PATH",
    "SCRIPT_PATH",
    "TRAINING_ANSWERS",
    "TRAINING_SCRIPT_PATH",
    "ScriptLayer",
]
