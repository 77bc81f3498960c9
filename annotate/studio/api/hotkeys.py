"""Keys of the desk, for one user: next claim on `j`, submit on `f`, read back after they were bound.

Label Studio keeps what a user changed of its keys under `section:element`, where the element's own name has a
colon too (`regions:region:cycle`); the shorter `region:cycle` is taken and does nothing. A key may name
several, apart by a comma, so the old ones stay good. There is no action that goes to the claim before: a
click on it does, and `j` comes round again after the last.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from annotate.studio.api.client import Client

# what a person does: Label Studio's name of it, the key it is born with, the key of the desk
DESK: Mapping[str, tuple[str, str, str]] = MappingProxyType(
    {
        "next claim": ("regions:region:cycle", "alt+.", "j"),
        "submit": ("annotation:annotation:submit", "ctrl+enter", "f"),
    }
)


@dataclass(frozen=True, slots=True)
class Hotkeys:
    """What became of the desk's keys for one user: each maps what it does to a key.

    `bound` are ours, as the server gives them back. `kept` are keys that the user chose, left as they are.
    `failed` are keys that are not bound, each with the reason instead of the key.
    """

    bound: Mapping[str, str]
    kept: Mapping[str, str]
    failed: Mapping[str, str]


def bind(client: Client) -> Hotkeys:
    """Bind the desk's keys for the user of this client, but for what the user changed, and read them back.

    Raises as every call of the client does.
    """
    before = client.hotkeys()
    kept = {does: _key(before[name]) for does, (name, *ours) in DESK.items() if _is_own(before, name, ours)}
    failed = {does: why for does in DESK.keys() - kept.keys() if (why := _taken(before, does))}
    wanted = {does: DESK[does] for does in DESK if does not in {*kept, *failed}}
    after = before | {name: _binding(born, key) for name, born, key in wanted.values()}
    if after != before:
        client.set_hotkeys(after)
    bindings = client.hotkeys()
    bound = {does: key for does, (name, _, key) in wanted.items() if bindings.get(name) == after[name]}
    failed |= dict.fromkeys(wanted.keys() - bound.keys(), "Label Studio did not keep it")
    return Hotkeys(bound=bound, kept=kept, failed=failed)


def _binding(born: str, key: str) -> dict[str, Any]:
    return {"key": f"{key},{born}", "active": True}


def _key(binding: Mapping[str, Any]) -> str:
    return str(binding["key"]) if binding.get("active", True) else "none"


def _is_own(bindings: Mapping[str, Any], name: str, ours: list[str]) -> bool:
    """Return whether the user changed a binding: the key is neither Label Studio's nor ours, or it is off."""
    born, key = ours
    return name in bindings and _key(bindings[name]) not in {born, key, f"{key},{born}"}


def _taken(bindings: Mapping[str, Any], does: str) -> str:
    """Say which other action the user gave the desk's key to; empty where it is free."""
    name, _, key = DESK[does]
    users = [
        other
        for other, binding in bindings.items()
        if other != name and key in _key(binding).lower().split(",")
    ]
    return f"“{key}” is bound to {users[0]} by the user" if users else ""
