"""What stands in for the outside of each provider, by channel type and name; a provider without one fails the suite."""

from collections.abc import Callable
from pathlib import Path

from tests.contract.stands.apns import ApnsStand
from tests.contract.stands.fcm import FcmStand
from tests.contract.stands.files import LogStand
from tests.contract.stands.inbox import InboxStand
from tests.contract.stands.letters import LettersStand
from tests.contract.stands.smtp import SmtpStand
from tests.contract.stands.stand import Stand
from tests.contract.stands.twilio import TwilioStand, WhatsAppStand
from tests.contract.stands.webhook import WebhookStand
from tests.contract.stands.webpush import WebPushStand

STANDS: dict[tuple[str, str], Callable[[Path], Stand]] = {
    ("email", "smtp"): SmtpStand,
    ("direct_mail", "files"): LettersStand,
    ("in_app", "sdk"): InboxStand,
    ("content_card", "sdk"): InboxStand,
    ("webhook", "http"): WebhookStand,
    ("sms", "twilio"): TwilioStand,
    ("whatsapp", "twilio"): WhatsAppStand,
    ("push", "webpush"): WebPushStand,
    ("push", "fcm"): FcmStand,
    ("push", "apns"): ApnsStand,
}


def stand_for(kind: str, name: str, folder: Path) -> Stand:
    """Make the outside of a provider; those that serve every channel are named alone."""
    return LogStand(folder) if name == "log" else STANDS[kind, name](folder)
