"""The desk's page script, and the layer that adds it to the pages of a Label Studio."""

from annotate.studio.local.page.claimdesk_layer import (
    APPLICATION,
    AUTO_ADVANCE,
    FOLDER,
    LIST_SCRIPT_PATH,
    SCRIPT_PATH,
    ScriptLayer,
)

__all__ = ["APPLICATION", "AUTO_ADVANCE", "FOLDER", "LIST_SCRIPT_PATH", "SCRIPT_PATH", "ScriptLayer"]
