"""Which format it is, by what it begins with."""

import gzip
import io
import json
import zlib
from typing import IO, Final, Protocol

from bihuan.bpmn.replay.logs.model import Log, LogError
from bihuan.bpmn.replay.logs.ocel import is_ocel, read_ocel
from bihuan.bpmn.replay.logs.tables import read_csv, read_json
from bihuan.bpmn.replay.logs.xes import read_xes

LARGEST: Final = 4 << 30
"""Bytes that a log may have, unpacked."""
_LARGEST_JSON: Final = 1 << 30
_LOOK: Final = 65_536


class _Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


class _Bounded(io.RawIOBase):
    """A stream that ends in an error once too much was read from it: a small gzip can hold a very large file."""

    def __init__(self, stream: _Readable, most: int) -> None:
        super().__init__()
        self._stream = stream
        self._left = most

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override]
        found = self._stream.read(len(buffer))
        self._left -= len(found)
        if self._left < 0:
            raise LogError("the log is too large")
        buffer[: len(found)] = found
        return len(found)


def read_log(stream: IO[bytes], case_type: str | None = None, *, largest: int = LARGEST) -> Log:
    """The log in a binary stream. `case_type`: of OCEL, the type of object that is a case.

    LogError for what is none of the formats, or has more than `largest` bytes.
    """
    plain = io.BufferedReader(_Bounded(stream, largest), _LOOK)
    try:
        if plain.peek(2)[:2] != b"\x1f\x8b":
            return _read(plain, plain.peek(_LOOK), case_type)
        unpacked = io.BufferedReader(_Bounded(gzip.GzipFile(fileobj=plain), largest), _LOOK)
        return _read(unpacked, unpacked.peek(_LOOK), case_type)
    except (OSError, EOFError, zlib.error) as error:
        raise LogError(f"cannot be unpacked: {error}") from None


def _read(stream: IO[bytes], head: bytes, case_type: str | None) -> Log:
    begin = head.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n\0")[:1]
    if begin == b"<":
        return read_xes(stream, head)
    if begin in (b"{", b"["):
        document = _document(stream)
        return read_ocel(document, case_type) if is_ocel(document) else read_json(document)
    if not begin:
        raise LogError("the log is empty")
    return read_csv(stream)


def _document(stream: IO[bytes]) -> object:
    text = stream.read(_LARGEST_JSON + 1)
    if len(text) > _LARGEST_JSON:
        raise LogError("the log is too large for JSON")
    try:
        try:
            return json.loads(text)
        except json.JSONDecodeError:
            return [json.loads(line) for line in text.splitlines() if line.strip()]
    except (ValueError, RecursionError) as error:
        raise LogError(f"no JSON: {error}") from None
