"""The workspace that is killed: passages with keys, delayed sends, and audiences that are read at publication."""

from __future__ import annotations

import csv
from pathlib import Path

MEMBERS = 12_000
MAILED = 1_500
"""Members, by number, whose admission sends a mail."""
ADMISSIONS = 6

DOCUMENTS = """
kind: workspace
id: crash
timezone: UTC
---
kind: entity
id: profile
attributes: {{email: {{type: string, format: email}}, number: integer, city: string}}
---
{{kind: event, id: signed_up, match: Signed Up, properties: {{call: string}}}}
---
{{kind: event, id: bought, match: Order Completed, properties: {{call: string}}}}
---
{{kind: event, id: ordered, match: Order Placed, properties: {{call: string}}}}
---
{{kind: event, id: cancelled, match: Order Cancelled}}
---
{{kind: audience, id: everybody, where: profile.number >= 0}}
---
{{kind: audience, id: mailed, where: profile.number < {mailed}}}
---
{{kind: template, id: hello, channel: email, subject: "Hello {{{{ entry.call }}}}", html: '<a href="https://a.example/">go</a>'}}
---
{{kind: template, id: thanks, channel: email, subject: "Thanks {{{{ event.call }}}}", text: "Thanks"}}
---
{{kind: channel, id: mail, type: email, provider: smtp, default: true,
 settings: {{host: 127.0.0.1, port: {port}, from: "Shop <hi@shop.example>", connections: {connections}, tls: none}}}}
---
kind: journey
id: welcome
entry: {{type: event, event: signed_up, key: entry.call}}
reentry: always
nodes:
  - {{id: hello, type: email, template: hello, next: clicked}}
  - {{id: clicked, type: reaction, to: hello, kind: clicked, timeout: 1s, next: bought, on_timeout: pause}}
  - {{id: pause, type: wait, for: 1s, next: bought}}
  - {{id: bought, type: event, event: bought, timeout: 1s, on_timeout: over, next: over}}
  - {{id: over, type: update_profile, set: {{city: "'Seoul'"}}}}
---
kind: triggered
id: reminder
trigger: [{{event: ordered}}]
delay: {{for: 1s}}
unless: [{{event: cancelled}}]
reeligible: always
messages: [{{channel: email, template: thanks}}]
"""

ADMISSION = """
kind: journey
id: admission-{number}
entry: {{type: audience, audience: {audience}, schedule: asap}}
nodes:
  {mail}
  - {{id: pause, type: wait, for: 1s, next: over}}
  - {{id: over, type: update_profile, set: {{city: "'Busan'"}}}}
"""


def write_workspace(folder: Path, smtp_port: int, connections: int) -> None:
    """Write the documents: the last of the admissions sends mails."""
    text = DOCUMENTS.format(port=smtp_port, connections=connections, mailed=MAILED)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "documents.yaml").write_text(text)
    for number in range(ADMISSIONS):
        last = number == ADMISSIONS - 1
        mail = "- {id: hello, type: email, template: hello, next: pause}" if last else ""
        audience = "mailed" if last else "everybody"
        (folder / f"admission-{number}.yaml").write_text(ADMISSION.format(number=number, audience=audience, mail=mail))


def write_members(file: Path) -> None:
    """Write the profiles to import."""
    with file.open("w", newline="") as out:
        rows = csv.writer(out)
        rows.writerow(["profile_id", "email", "number"])
        rows.writerows([f"m{n:05}", f"m{n:05}@members.example", n] for n in range(MEMBERS))
