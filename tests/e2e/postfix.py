"""A Postfix of a test's own: relays to a sink, and delivers what comes back for `shop.example` into a Maildir."""

from __future__ import annotations

import os
import pwd
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.e2e.served import free_port, until

POSTFIX = Path("/usr/sbin/postfix")
PROTO = Path("/etc/postfix/master.cf.proto")
MAIN = """
compatibility_level = 3.6
queue_directory = {home}/spool
data_directory = {home}/lib
command_directory = /usr/sbin
daemon_directory = {daemons}
mail_owner = postfix
setgid_group = postdrop
maillog_file = {home}/mail.log
maillog_file_prefixes = {home}
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mx.test.example
mydestination =
mynetworks = 127.0.0.0/8
smtpd_relay_restrictions = permit_mynetworks, reject
relayhost = [127.0.0.1]:{sink}
disable_dns_lookups = yes
alias_maps =
recipient_delimiter = +
virtual_mailbox_domains = shop.example
virtual_mailbox_base = {home}/mail
virtual_mailbox_maps = static:bounce/
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{uid}
virtual_minimum_uid = 1
"""


@dataclass(frozen=True)
class Postfix:
    """Where it listens, and where its mailbox is."""

    port: int
    home: Path

    @property
    def maildir(self) -> Path:
        return self.home / "mail" / "bounce"

    def log(self) -> str:
        file = self.home / "mail.log"
        return file.read_text() if file.exists() else ""


def missing() -> str | None:
    """Return why there can be none; None where it can run."""
    if not POSTFIX.exists() or not PROTO.exists():
        return "this machine has no Postfix: scripts/postfix.sh installs it (Debian, Ubuntu)"
    return None if os.geteuid() == 0 else "Postfix begins as root, and this is somebody else"


@contextmanager
def postfix(sink: int) -> Iterator[Postfix]:
    """Run one that relays to a port."""
    home = Path(tempfile.mkdtemp(prefix="sojourn-postfix-"))
    home.chmod(0o755)
    running = Postfix(free_port(), home)
    nobody = pwd.getpwnam("nobody").pw_uid
    for name in ("etc", "spool", "lib", "mail"):
        (home / name).mkdir()
    shutil.chown(home / "lib", "postfix")
    os.chown(home / "mail", nobody, nobody)
    daemons = next(path for path in ("/usr/lib/postfix/sbin", "/usr/libexec/postfix") if Path(path).exists())
    (home / "etc" / "main.cf").write_text(MAIN.format(home=home, daemons=daemons, sink=sink, uid=nobody))
    (home / "etc" / "master.cf").write_text(_services(running.port))
    words = [str(POSTFIX), "-c", str(home / "etc")]
    done = subprocess.run([*words, "start"], capture_output=True, text=True, check=False, timeout=60)
    try:
        assert done.returncode == 0, done.stdout + done.stderr + running.log()
        until(lambda: "daemon started" in running.log(), 30)
        yield running
    finally:
        subprocess.run([*words, "stop"], capture_output=True, check=False, timeout=60)
        shutil.rmtree(home, ignore_errors=True)


def _services(port: int) -> str:
    """Return Debian's services, none in a root of its own, with the server at this port only."""
    lines = []
    for line in PROTO.read_text().splitlines():
        found = re.match(r"(\S+)(\s+(?:inet|unix|unix-dgram)\s+\S+\s+\S+\s+)(\S+)(\s.*)", line)
        if found is None or line.startswith("#"):
            lines.append(line)
            continue
        name = f"127.0.0.1:{port}" if found[1] == "smtp" and " inet" in found[2].replace("\t", " ") else found[1]
        lines.append(f"{name}{found[2]}n{found[4]}")
    return "\n".join(lines) + "\n"
