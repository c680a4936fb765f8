"""A real IMAP server for the tests: Debian's dovecot, on free ports, with everything in a folder of its own."""

import grp
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

PASSWORD = 'secret pass"word'
DOVECOT = shutil.which("dovecot") or ("/usr/sbin/dovecot" if Path("/usr/sbin/dovecot").exists() else "")
CONFIG = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/dovecot.log
protocols = imap
listen = 127.0.0.1
ssl = yes
ssl_cert = <{folder}/cert.pem
ssl_key = <{folder}/key.pem
disable_plaintext_auth = no
auth_mechanisms = plain login
auth_failure_delay = 0
mail_location = maildir:~/Maildir
mail_fsync = never
first_valid_uid = 1
default_internal_user = {internal}
default_internal_group = {internal_group}
default_login_user = {login}
passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%u {folder}/users
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/mail/%u
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
"""


def free_port() -> int:
    """A port that nobody listens on at the moment."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@dataclass
class ImapServer:
    """A running dovecot. Mailboxes are Maildirs below ``folder``: tests put mails in as a mail server would."""

    folder: Path
    port: int
    tls_port: int
    uid: int
    gid: int
    made: int = 0
    process: "subprocess.Popen[bytes] | None" = field(default=None, repr=False)

    @property
    def certificate(self) -> Path:
        """The server's own certificate, for ``127.0.0.1`` and ``localhost``."""
        return self.folder / "cert.pem"

    def start(self) -> None:
        """Starts the server and waits until it answers."""
        self.process = subprocess.Popen(
            [DOVECOT, "-F", "-c", str(self.folder / "dovecot.conf")], start_new_session=True
        )
        for _ in range(100):
            if self.process.poll() is not None:
                break
            with socket.socket() as tried:
                if tried.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.05)
        self.stop()
        log = self.folder / "dovecot.log"
        pytest.fail(f"dovecot did not start: {log.read_text() if log.exists() else 'no log'}")

    def stop(self) -> None:
        """Stops the server that this fixture started."""
        if self.process is not None:
            self.process.terminate()
            self.process.wait(10)
            self.process = None

    def crash(self) -> None:
        """Ends the server and all its processes at once, as a power cut would."""
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(10)
            self.process = None

    def user(self) -> str:
        """A fresh account with an empty inbox."""
        self.made += 1
        name = f"box{self.made}"
        for part in ("cur", "new", "tmp"):
            (self._maildir(name) / part).mkdir(parents=True)
        self._own(self.folder / "mail" / name)
        return name

    def put(self, user: str, raw: bytes, *, arrived: float | None = None) -> None:
        """Delivers a mail; ``arrived`` is its time of arrival in seconds since 1970."""
        self.made += 1
        path = self._maildir(user) / "new" / f"{int(time.time())}.{self.made:06d}.test"
        path.write_bytes(raw)
        if arrived is not None:
            os.utime(path, (arrived, arrived))
        self._own(path)

    def renumber(self, user: str) -> None:
        """Forgets the UIDs, as after a repair or a move: UIDVALIDITY becomes another."""
        time.sleep(1.1)  # dovecot takes the time in seconds as the new one
        for path in self._maildir(user).glob("dovecot*"):
            path.unlink()

    def _maildir(self, user: str) -> Path:
        return self.folder / "mail" / user / "Maildir"

    def _own(self, top: Path) -> None:
        if os.getuid() == 0:
            for path in (top, *top.rglob("*")):
                os.chown(path, self.uid, self.gid)


def _certificate(folder: Path) -> None:
    if shutil.which("openssl") is None:
        pytest.skip("openssl is needed to make a certificate for the IMAP server")
    subprocess.run(
        [
            "openssl",
            "req",
            "-x509",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-days",
            "2",
            "-subj",
            "/CN=localhost",
            "-addext",
            "subjectAltName=DNS:localhost,IP:127.0.0.1",
            "-keyout",
            str(folder / "key.pem"),
            "-out",
            str(folder / "cert.pem"),
        ],
        check=True,
        capture_output=True,
    )


@pytest.fixture(scope="session")
def imap_server() -> Iterator[ImapServer]:
    """A dovecot for the whole run; every test takes an account of its own."""
    if not DOVECOT:
        pytest.skip("dovecot is not installed (Debian: apt-get install dovecot-imapd)")
    version = subprocess.run([DOVECOT, "--version"], check=True, capture_output=True, text=True).stdout.strip()
    if not version.startswith("2.3."):
        pytest.skip(f"dovecot {version}: the configuration of these tests is for 2.3")
    folder = Path(tempfile.mkdtemp(prefix="imap-"))  # pytest's own folders are closed to the server's users
    root = os.getuid() == 0
    me = pwd.getpwuid(os.getuid())
    owner = pwd.getpwnam("nobody") if root else me
    folder.chmod(0o755)
    _certificate(folder)
    (folder / "mail").mkdir()
    (folder / "users").write_text("".join(f"box{number}:{{PLAIN}}{PASSWORD}::::::\n" for number in range(1, 1000)))
    server = ImapServer(folder, free_port(), free_port(), owner.pw_uid, owner.pw_gid)
    (folder / "dovecot.conf").write_text(
        CONFIG.format(
            folder=folder,
            port=server.port,
            tls_port=server.tls_port,
            uid=owner.pw_uid,
            gid=owner.pw_gid,
            internal="dovecot" if root else me.pw_name,
            internal_group="dovecot" if root else _group(me.pw_gid),
            login="dovenull" if root else me.pw_name,
        )
    )
    try:
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _group(gid: int) -> str:
    return grp.getgrgid(gid).gr_name
