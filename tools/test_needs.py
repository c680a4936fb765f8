"""What the tests need besides the product: a browser, a font with Chinese characters, an IMAP server."""

import os
import shutil
import subprocess
import sys


def _has_browser() -> bool:
    return any(map(shutil.which, ("chromium", "chromium-browser", "google-chrome")))


def _has_font() -> bool:
    if sys.platform == "darwin":
        return True
    if not shutil.which("fc-list"):
        return False
    said = subprocess.run(["fc-list", ":lang=zh-cn", "family"], capture_output=True, text=True, check=False)
    return bool(said.stdout.strip())


def _has_imap() -> bool:
    return shutil.which("dovecot") is not None or os.path.exists("/usr/sbin/dovecot")


def _missing() -> list[str]:
    wanted = {"chromium": _has_browser(), "fonts-noto-cjk": _has_font(), "dovecot-imapd": _has_imap()}
    return [package for package, there in wanted.items() if not there]


def _from_apt(packages: list[str]) -> None:
    print(f"· test packages: {' '.join(packages)}", flush=True)
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    install = ["apt-get", "-qq", "install", "-y", "--no-install-recommends", "fontconfig"]
    subprocess.run(["apt-get", "-qq", "update"], env=env, check=False)
    if subprocess.run([*install, *packages], env=env, check=False, stdout=subprocess.DEVNULL).returncode:
        for package in packages:  # one that this distribution does not have must not keep the others away
            subprocess.run([*install, package], env=env, check=False, stdout=subprocess.DEVNULL)


def main() -> int:
    """Debian's packages as root, else Playwright's own browser; says what stays missing and what that means."""
    missing = _missing()
    if missing and os.geteuid() == 0 and shutil.which("apt-get"):
        _from_apt(missing)
        missing = _missing()
    if "chromium" in missing:
        if subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False).returncode:
            print(
                "No browser: install chromium (Debian: apt install chromium) and run make test again.", file=sys.stderr
            )
            return 2
        missing.remove("chromium")
    for package in missing:
        print(f"· not installed: {package}; the tests that need it are skipped and say so", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
