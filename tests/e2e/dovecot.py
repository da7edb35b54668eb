"""A Dovecot of a test's own: a mailbox over IMAP, with TLS, for one user."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.e2e.certificates import certify
from tests.e2e.served import free_port, until

DOVECOT = Path("/usr/sbin/dovecot")
USER, PASSWORD = "bounce@shop.example", 'pa"ss \\ word'
CONFIG = """
base_dir = {home}/run
state_dir = {home}/run
log_path = {home}/dovecot.log
protocols = imap
listen = 127.0.0.1
default_internal_user = nobody
default_login_user = nobody
default_internal_group = nogroup
first_valid_uid = 1
mail_location = maildir:{home}/mail
mail_uid = nobody
mail_gid = nogroup
ssl = yes
ssl_cert = <{home}/cert.pem
ssl_key = <{home}/key.pem
disable_plaintext_auth = no
auth_mechanisms = plain
passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%u {home}/users
}}
userdb {{
  driver = static
  args = uid=nobody gid=nogroup home={home}/mail
}}
service anvil {{
  chroot =
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
"""


@dataclass(frozen=True)
class Dovecot:
    """Where it listens, and where its mails are."""

    port: int
    tls_port: int
    home: Path

    @property
    def maildir(self) -> Path:
        return self.home / "mail"

    def log(self) -> str:
        file = self.home / "dovecot.log"
        return file.read_text() if file.exists() else ""

    def put(self, name: str, mail: str) -> None:
        """Put a mail into the mailbox, as a mail system does."""
        made = self.maildir / "tmp" / name
        made.write_text(mail)
        made.chmod(0o666)
        shutil.chown(made, "nobody", "nogroup")
        made.rename(self.maildir / "new" / name)

    def flags(self) -> dict[str, str]:
        """Return the flags of all mails, by name: `S` is read, `T` is deleted."""
        return {
            path.name.partition(":")[0].partition(",")[0]: path.name.partition(":2,")[2]
            for folder in ("new", "cur") for path in (self.maildir / folder).iterdir()
        }  # fmt: skip


def missing() -> str | None:
    """Return why there can be none; None where it can run."""
    if not DOVECOT.exists():
        return "this machine has no Dovecot: scripts/postfix.sh installs it (Debian, Ubuntu)"
    version = subprocess.run([DOVECOT, "--version"], capture_output=True, text=True, check=False).stdout
    if not version.startswith("2.3."):
        return f"the configuration of this test is for Dovecot 2.3, and this is {version.strip()}"
    return None if os.geteuid() == 0 else "Dovecot begins as root, and this is somebody else"


@contextmanager
def dovecot() -> Iterator[Dovecot]:
    """Run one with an empty mailbox."""
    home = Path(tempfile.mkdtemp(prefix="sojourn-dovecot-"))
    home.chmod(0o755)
    nobody = pwd.getpwnam("nobody")
    for folder in ("run", "mail", "mail/new", "mail/cur", "mail/tmp"):
        (home / folder).mkdir()
        os.chown(home / folder, nobody.pw_uid, nobody.pw_gid)
    os.chown(home / "run", 0, 0)
    certify(home / "cert.pem", home / "key.pem")
    (home / "users").write_text(f"{USER}:{{PLAIN}}{PASSWORD}::::::\n")
    running = Dovecot(free_port(), free_port(), home)
    (home / "dovecot.conf").write_text(CONFIG.format(home=home, port=running.port, tls_port=running.tls_port))
    server = subprocess.Popen([DOVECOT, "-F", "-c", home / "dovecot.conf"], stdout=subprocess.DEVNULL,
                              stderr=subprocess.PIPE)  # fmt: skip
    try:
        until(lambda: "starting up" in running.log() or server.poll() is not None, 30)
        assert server.poll() is None, f"{server.stderr and server.stderr.read()!r} {running.log()}"
        yield running
    finally:
        server.terminate()
        server.wait(20)
        if server.stderr is not None:
            server.stderr.close()
        shutil.rmtree(home, ignore_errors=True)
