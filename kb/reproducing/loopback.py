"""Inside a fresh network namespace: switch loopback on, then become the command. `python loopback.py COMMAND …`

Run as a program of its own, without the project and without `ip`, which small systems lack.
"""

from __future__ import annotations

import fcntl
import os
import socket
import struct
import sys

_GET_FLAGS, _SET_FLAGS, _UP = 0x8913, 0x8914, 0x1
"""Linux: SIOCGIFFLAGS, SIOCSIFFLAGS, IFF_UP."""
_REQUEST = struct.Struct("16sh22x")
"""`struct ifreq` with a name and flags."""


def switch_on(name: bytes = b"lo") -> None:
    """Do what `ip link set lo up` does."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as door:
        answer = fcntl.ioctl(door, _GET_FLAGS, _REQUEST.pack(name, 0))
        flags = _REQUEST.unpack(answer)[1]
        fcntl.ioctl(door, _SET_FLAGS, _REQUEST.pack(name, flags | _UP))


if __name__ == "__main__":
    switch_on()
    os.execvp(sys.argv[1], sys.argv[1:])  # noqa: S606 - the command is the runner's own
