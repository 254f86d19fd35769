"""Messages to the worker as files under KB_DATA: the broker of a site that has no Redis.

It is Kombu's filesystem transport, except that a message appears in the folder when it is whole and is claimed by one
rename. Kombu's own writes in place, where a worker may read half a message and die of it, and claims by moving to /tmp.
"""

from __future__ import annotations

import time
import uuid
from pathlib import Path
from queue import Empty
from typing import Any

from kombu.transport import filesystem
from kombu.utils.json import dumps, loads


class Channel(filesystem.Channel):
    def _put(self, queue: str, payload: dict[str, Any], **kwargs: Any) -> None:  # type: ignore[override]  # Kombu's classes differ
        folder = Path(self.data_folder_out)
        name = f"{time.monotonic_ns():020}_{uuid.uuid4().hex}.{queue}.msg"
        draft = folder / f"{name}.part"
        draft.write_text(dumps(payload), encoding="utf-8")
        draft.rename(folder / name)

    def _get(self, queue: str, timeout: float | None = None) -> Any:
        folder = Path(self.data_folder_in)
        for file in sorted(path for path in folder.iterdir() if path.name.partition(".")[2] == f"{queue}.msg"):
            claimed = file.with_suffix(".taken")
            try:
                file.rename(claimed)
            except FileNotFoundError:  # another worker was quicker
                continue
            content = claimed.read_text(encoding="utf-8")
            claimed.unlink()
            return loads(content)
        raise Empty


class Transport(filesystem.Transport):
    Channel = Channel
