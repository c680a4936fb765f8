"""Reads a package file that anybody may have made: nothing in it is believed before it is checked."""

import io
import json
import zipfile
import zlib
from collections.abc import Mapping
from enum import StrEnum
from hashlib import sha256
from typing import Final

from bihuan.studio.packing.writing import FORMAT, FORMAT_VERSION, MANIFEST, Parcel

LARGEST: Final = 16 * 1024 * 1024
_UNPACKED: Final = 32 * 1024 * 1024
_ONE: Final = 5_000_000
_FILES: Final = 500
_MOST_ROLES: Final = 100
_ROLE_KEY: Final = 64
_ROLE_NAME: Final = 100


class Fault(StrEnum):
    """What is wrong with a package."""

    NOT_ZIP = "not_zip"
    TOO_LARGE = "too_large"
    BAD_PATH = "bad_path"
    UNKNOWN_FORMAT = "unknown_format"
    TOO_NEW = "too_new"
    DAMAGED = "damaged"


class BadPackage(Exception):
    """``place``: the file in the package, or the entry of the manifest, that is wrong ("" for the whole)."""

    def __init__(self, fault: Fault, place: str = "") -> None:
        super().__init__(f"{fault}: {place}")
        self.fault, self.place = fault, place[:200]


def read_package(data: bytes) -> Parcel:
    """What it carries; ``BadPackage``. Never unpacks more than 32 MB, never writes a file."""
    if len(data) > LARGEST:
        raise BadPackage(Fault.TOO_LARGE)
    files = _unpacked(data)
    manifest = _object(files.get(MANIFEST), MANIFEST)
    if manifest.get("format") != FORMAT:
        raise BadPackage(Fault.UNKNOWN_FORMAT, MANIFEST)
    version = manifest.get("formatVersion")
    if isinstance(version, bool) or not isinstance(version, int) or version < 1:
        raise BadPackage(Fault.UNKNOWN_FORMAT, "formatVersion")
    if version > FORMAT_VERSION:
        raise BadPackage(Fault.TOO_NEW, str(version))
    _check_sums(manifest, files)
    return _parcel(manifest, files)


def _unpacked(data: bytes) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _contents(archive)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError) as error:
        raise BadPackage(Fault.NOT_ZIP) from error


def _contents(archive: zipfile.ZipFile) -> dict[str, bytes]:
    entries = [one for one in archive.infolist() if not one.is_dir()]
    if len(entries) > _FILES:
        raise BadPackage(Fault.TOO_LARGE)
    found: dict[str, bytes] = {}
    total = 0
    for entry in entries:
        _check_path(entry.filename, found)
        with archive.open(entry) as file:
            content = file.read(_ONE + 1)  # what the directory says about sizes may be a lie
        total += len(content)
        if len(content) > _ONE or total > _UNPACKED:
            raise BadPackage(Fault.TOO_LARGE, entry.filename)
        found[entry.filename] = content
    return found


def _check_path(name: str, found: Mapping[str, bytes]) -> None:
    parts = name.split("/")
    if name in found or "\\" in name or ":" in name or "\0" in name or any(part in ("", ".", "..") for part in parts):
        raise BadPackage(Fault.BAD_PATH, name)


def _object(content: bytes | None, place: str) -> dict[str, object]:
    """JSON that a database can keep."""
    if content is None:
        raise BadPackage(Fault.UNKNOWN_FORMAT if place == MANIFEST else Fault.DAMAGED, place)
    try:
        found = json.loads(content.decode("utf-8"), parse_constant=_no_number)
        plain = json.dumps(found, ensure_ascii=False)
        plain.encode("utf-8")
    except (ValueError, RecursionError) as error:
        raise BadPackage(Fault.DAMAGED, place) from error
    if not isinstance(found, dict) or "\\u0000" in plain:
        raise BadPackage(Fault.DAMAGED, place)
    return found


def _no_number(word: str) -> float:
    raise ValueError(f"{word} is no number")


def _check_sums(manifest: Mapping[str, object], files: Mapping[str, bytes]) -> None:
    """Every file is the one that the manifest speaks of, and there is no other."""
    sums = manifest.get("files")
    if not isinstance(sums, Mapping):
        raise BadPackage(Fault.DAMAGED, "files")
    for name in sorted({*map(str, sums), *files} - {MANIFEST}):
        if name not in files or sums.get(name) != sha256(files[name]).hexdigest():
            raise BadPackage(Fault.DAMAGED, name)


def _parcel(manifest: Mapping[str, object], files: Mapping[str, bytes]) -> Parcel:
    names = manifest.get("name")
    chart = manifest.get("chart")
    if not isinstance(names, Mapping) or not isinstance(chart, str) or chart not in files:
        raise BadPackage(Fault.DAMAGED, "chart")
    number = manifest.get("version")
    return Parcel(
        key=_word(manifest, "key"),
        name=_word(names, "zh"),
        name_en=_word(names, "en"),
        template=_word(manifest, "template"),
        number=number if isinstance(number, int) and not isinstance(number, bool) else 0,
        content_hash=_word(manifest, "contentHash"),
        chart=files[chart],
        forms={code: _object(files.get(path), path) for code, path in _paths(manifest, "forms").items()},
        decisions={key: _text(files.get(path), path) for key, path in _paths(manifest, "decisions").items()},
        roles=_roles(manifest),
    )


def _roles(manifest: Mapping[str, object]) -> dict[str, tuple[str, str]]:
    """Files of before there were any have none."""
    found = manifest.get("roles", {})
    if not isinstance(found, Mapping) or len(found) > _MOST_ROLES:
        raise BadPackage(Fault.DAMAGED, "roles")
    roles = {}
    for key, name in found.items():
        if not isinstance(name, Mapping):
            raise BadPackage(Fault.DAMAGED, "roles")
        roles[str(key)[:_ROLE_KEY]] = (_word(name, "zh")[:_ROLE_NAME], _word(name, "en")[:_ROLE_NAME])
    return roles


def _word(found: Mapping[str, object], key: str) -> str:
    value = found.get(key, "")
    if not isinstance(value, str):
        raise BadPackage(Fault.DAMAGED, key)
    return value


def _paths(manifest: Mapping[str, object], key: str) -> dict[str, str]:
    found = manifest.get(key)
    if not isinstance(found, Mapping) or not all(isinstance(path, str) for path in found.values()):
        raise BadPackage(Fault.DAMAGED, key)
    return {str(name): str(path) for name, path in found.items()}


def _text(content: bytes | None, place: str) -> str:
    if content is None:
        raise BadPackage(Fault.DAMAGED, place)
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadPackage(Fault.DAMAGED, place) from error
    if "\0" in text:
        raise BadPackage(Fault.DAMAGED, place)
    return text
