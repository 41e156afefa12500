"""Hashes of settled messages, for finding duplicates."""

from collections.abc import Collection


def known(workspace_id: int, keys: Collection[bytes]) -> set[bytes]:
    """Those of the keys that are settled."""
    return set()


def settled_since(workspace_id: int, keys: Collection[bytes]) -> set[bytes]:
    """Those of the keys that were settled since `known` was asked in this transaction."""
    return set()


def forget(workspace_id: int, keys: Collection[bytes]) -> None:
    """Let the keys come again."""
