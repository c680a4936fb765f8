"""What the tests need besides the product: a browser, a font with Chinese characters, an IMAP server."""

import os
import shutil
import subprocess
import sys

PACKAGES = {"chromium": "chromium", "fonts-noto-cjk": "", "dovecot-imapd": "dovecot"}


def _installed(package: str, program: str) -> bool:
    if program:
        return any(shutil.which(name) for name in (program, f"{program}-browser", f"/usr/sbin/{program}"))
    fonts = subprocess.run(["fc-list", ":lang=zh-cn"], capture_output=True, text=True, check=False)
    return bool(fonts.stdout.strip())


def main() -> None:
    """Debian's packages as root, else Playwright's own browser."""
    missing = [package for package, program in PACKAGES.items()
               if not (program == "" and not shutil.which("fc-list")) and not _installed(package, program)]
    if not shutil.which("fc-list"):
        missing.append("fonts-noto-cjk")
    missing = list(dict.fromkeys(missing))
    if not missing:
        return
    if hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get"):
        print(f"· test packages: {' '.join(missing)}", flush=True)
        env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "-qq", "update"], env=env, check=False)
        subprocess.run(["apt-get", "-qq", "install", "-y", "--no-install-recommends", "fontconfig", *missing],
                       env=env, check=False, stdout=subprocess.DEVNULL)
    elif "chromium" in missing:
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)


if __name__ == "__main__":
    main()
