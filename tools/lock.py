"""Writes requirements.lock: the newest versions that pyproject.toml allows, resolved by pip, without installing them."""

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OLDEST = "3.11.0"  # versions that the oldest Python can use serve the newer ones too
LOCK = ROOT / "requirements.lock"
HEAD = "# Exact versions of everything, written by `make lock`; names and versions only, any index may serve them.\n"


def resolved(wanted: list[str]) -> dict[str, str]:
    """Name → version of all packages that these requirements lead to, as pip's own report says."""
    command = [
        sys.executable,
        "-m",
        "pip",
        "--disable-pip-version-check",
        "install",
        "--quiet",
        "--dry-run",
        "--ignore-installed",
        "--report",
        "-",
        "--python-version",
        OLDEST,
        "--only-binary",
        ":all:",
        "--target",
        str(ROOT / "var" / "lock"),
        *wanted,
    ]
    report = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return {item["metadata"]["name"]: item["metadata"]["version"] for item in report["install"]}


def main() -> None:
    """Resolves and writes; other platforms get the same versions, and what they alone need is added by pip."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    versions = resolved(project["project"]["dependencies"] + project["dependency-groups"]["dev"])
    lines = sorted(
        (f"{name}=={version}" for name, version in versions.items()),
        key=lambda line: re.sub(r"[-_.]+", "-", line).lower(),
    )
    LOCK.write_text(HEAD + "\n".join(lines) + "\n")
    print(f"{len(lines)} packages")


if __name__ == "__main__":
    main()
