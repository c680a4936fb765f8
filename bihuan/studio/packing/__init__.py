"""A flow as a file that moves to another installation, and a chart without what only we read. Pure."""

from bihuan.studio.packing.plain import without_extensions
from bihuan.studio.packing.reading import BadPackage, Fault, read_package
from bihuan.studio.packing.writing import FORMAT, FORMAT_VERSION, Parcel, write_package

__all__ = [
    "FORMAT",
    "FORMAT_VERSION",
    "BadPackage",
    "Fault",
    "Parcel",
    "read_package",
    "without_extensions",
    "write_package",
]
