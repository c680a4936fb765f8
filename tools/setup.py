"""Makes everything that ``make run`` and ``make test`` need, once; standard library only, any Python from 3.11."""

import fcntl
import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
BIN = VENV / "bin"
VAR = ROOT / "var"
FRONTEND = ROOT / "frontend"
DIST = ROOT / "bihuan" / "web" / "static" / "dist"
LEAST_NODE = (20, 19)


def say(text: str) -> None:
    """A line of progress."""
    print(f"· {text}", flush=True)


def digest(paths: list[Path], *more: str) -> str:
    """One hash over the names and contents of files."""
    hasher = hashlib.sha256("\0".join(more).encode())
    for path in sorted(paths):
        hasher.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes() + b"\0")
    return hasher.hexdigest()


def is_stale(stamp: Path, wanted: str) -> bool:
    """Whether the work behind the stamp has to be done (again)."""
    return not stamp.exists() or stamp.read_text() != wanted


def run(*command: str | Path, cwd: Path = ROOT, env: dict[str, str] | None = None) -> None:
    """Runs a command; a failure ends the set-up with its own message."""
    words = [str(part) for part in command]
    result = subprocess.run(words, cwd=cwd, env={**os.environ, **(env or {})}, check=False)
    if result.returncode:
        sys.exit(f"set-up stopped: {' '.join(words)} failed ({result.returncode})")


def answers(*command: str | Path) -> bool:
    """Whether a program runs and ends well."""
    try:
        return subprocess.run([str(part) for part in command], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def ensure_pip() -> None:
    """Debian and Ubuntu keep the part of Python that makes environments in a package of its own."""
    if importlib.util.find_spec("ensurepip") is not None:
        return
    package = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
    if os.geteuid() == 0 and shutil.which("apt-get"):
        say(f"system package {package}")
        quiet = {"DEBIAN_FRONTEND": "noninteractive"}
        run("apt-get", "-qq", "update", env=quiet)
        run("apt-get", "-qq", "install", "-y", "--no-install-recommends", package, env=quiet)
        return
    sys.exit(f"This Python cannot make environments. On Debian and Ubuntu: sudo apt install {package}")


def python_packages() -> None:
    """The virtual environment with exactly what the lock file names."""
    stamp = VENV / "packages.stamp"
    if not answers(BIN / "python", "-m", "pip", "--version"):
        say("Python environment")
        ensure_pip()
        if VENV.exists():  # half made, or made by a Python that is gone
            shutil.rmtree(VENV)
        run(sys.executable, "-m", "venv", VENV)
    wanted = digest([ROOT / "requirements.lock", ROOT / "pyproject.toml"], str(VENV))
    if is_stale(stamp, wanted):
        say("Python packages")
        pip = (BIN / "python", "-m", "pip", "--disable-pip-version-check", "install", "--quiet")
        run(*pip, "-r", "requirements.lock")
        run(*pip, "--no-deps", "-e", ".")
        stamp.write_text(wanted)


def version_of(node: str) -> tuple[int, ...]:
    """``v22.11.0`` → (22, 11, 0); nothing for a program that does not say."""
    try:
        said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    except OSError:
        return ()
    return tuple(int(part) for part in re.findall(r"\d+", said))


def node_folder() -> str:
    """The folder with a Node that is new enough: the system's, else the one from the wheel."""
    system = shutil.which("node")
    if system and shutil.which("npm") and version_of(system) >= LEAST_NODE:
        return str(Path(system).parent)
    if not (BIN / "npm").exists():
        say("Node.js from a Python wheel")
        run(
            BIN / "python",
            "-m",
            "pip",
            "--disable-pip-version-check",
            "install",
            "--quiet",
            "-r",
            "requirements-node.lock",
        )
    return str(BIN)


def front_end() -> None:
    """Styles and scripts of the pages, and the fonts for paper."""
    inputs = [path for folder in ("src", "scripts") for path in (FRONTEND / folder).rglob("*") if path.is_file()]
    inputs += [path for path in FRONTEND.glob("*") if path.is_file()]
    stamp = DIST / "build.stamp"
    wanted = digest(inputs)
    if not is_stale(stamp, wanted) and (VAR / "fonts").is_dir():
        return
    env = {"PATH": f"{node_folder()}{os.pathsep}{os.environ['PATH']}"}
    packages = FRONTEND / "node_modules" / "packages.stamp"
    locked = digest([FRONTEND / "package-lock.json"])
    if is_stale(packages, locked):
        say("front-end packages")
        run("npm", "ci", "--no-audit", "--no-fund", "--loglevel=error", cwd=FRONTEND, env=env)
        packages.write_text(locked)
    say("front end")
    run("npm", "run", "--silent", "build", cwd=FRONTEND, env=env)
    stamp.write_text(wanted)


def catalogs() -> None:
    """English texts of the pages."""
    sources = sorted((ROOT / "bihuan").rglob("locale/*/LC_MESSAGES/django.po"))
    stamp = VAR / "catalogs.stamp"
    wanted = digest(sources)
    if not is_stale(stamp, wanted) and all(path.with_suffix(".mo").exists() for path in sources):
        return
    say("translations")
    for path in sources:
        run(BIN / "pybabel", "-q", "compile", "-i", path, "-o", path.with_suffix(".mo"), "-l", path.parts[-3])
    stamp.write_text(wanted)


def main() -> None:
    """All of it, each part only where its inputs changed; two at once wait for each other."""
    VAR.mkdir(exist_ok=True)
    with (VAR / "setup.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        python_packages()
        front_end()
        catalogs()


if __name__ == "__main__":
    main()
