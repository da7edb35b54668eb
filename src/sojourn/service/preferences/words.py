"""The words of the pages about subscriptions, in every language that they speak."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Words:
    """All texts of the pages in one language."""

    language: str
    own_name: str
    channels: dict[str, str]
    preferences: str
    about: str
    receive: str
    groups: str
    pending: str
    suppressed: str
    save: str
    none: str
    saved: str
    all_ended: str
    unsubscribe: str
    ask: str
    done: str
    manage: str
    confirm: str
    ask_confirm: str
    confirmed: str
    expired: str
    later: str
    unknown: str
    privacy: str


ENGLISH: Final = Words(
    language="en",
    own_name="English",
    channels={
        "email": "E-mail", "sms": "Text messages (SMS)", "push": "Push notifications", "in_app": "Messages in the app",
        "content_card": "Cards in the app", "whatsapp": "WhatsApp", "webhook": "Automatic messages",
        "direct_mail": "Letters by post",
    },
    preferences="Your preferences",
    about="What {address} wants to receive",
    receive="I want to receive this",
    groups="And about these topics",
    pending="waits for your confirmation: please follow the link that we sent",
    suppressed="Messages to this address came back, so at present nothing is sent to it.",
    save="Save",
    none="Stop all messages",
    saved="Your preferences are saved.",
    all_ended="You will not receive any of these messages any more.",
    unsubscribe="Unsubscribe",
    ask="Do you want to stop receiving these messages?",
    done="You have been unsubscribed.",
    manage="Change all preferences",
    confirm="Confirm your subscription",
    ask_confirm="Do you want to receive “{topic}”?",
    confirmed="Thank you, your subscription is confirmed.",
    expired="This link is too old. Please subscribe again, and we send a new one.",
    later="That did not work just now. Please try again in a minute.",
    unknown="This link is not valid.",
    privacy="Privacy",
)  # fmt: skip
KOREAN: Final = Words(
    language="ko",
    own_name="한국어",
    channels={
        "email": "이메일", "sms": "문자 메시지(SMS)", "push": "푸시 알림", "in_app": "앱 내 메시지",
        "content_card": "앱 내 카드", "whatsapp": "WhatsApp", "webhook": "자동 메시지", "direct_mail": "우편물",
    },
    preferences="수신 설정",
    about="{address}(으)로 받을 메시지",
    receive="수신합니다",
    groups="받고 싶은 주제",
    pending="확인을 기다리고 있습니다. 보내 드린 링크를 눌러 주세요",
    suppressed="이 주소로 보낸 메시지가 반송되어 현재 발송하지 않습니다.",
    save="저장",
    none="모두 수신 거부",
    saved="수신 설정이 저장되었습니다.",
    all_ended="앞으로 어떤 메시지도 보내지 않겠습니다.",
    unsubscribe="수신 거부",
    ask="이 메시지를 더 이상 받지 않으시겠습니까?",
    done="수신 거부가 완료되었습니다.",
    manage="전체 수신 설정 변경",
    confirm="구독 확인",
    ask_confirm="“{topic}” 메시지를 받으시겠습니까?",
    confirmed="감사합니다. 구독이 확인되었습니다.",
    expired="링크의 유효 기간이 지났습니다. 다시 구독을 신청하시면 새 링크를 보내 드립니다.",
    later="지금은 처리할 수 없습니다. 잠시 후 다시 시도해 주세요.",
    unknown="유효하지 않은 링크입니다.",
    privacy="개인정보 처리방침",
)  # fmt: skip
LANGUAGES: Final = {words.language: words for words in (ENGLISH, KOREAN)}


def spoken(*tags: str | None) -> Words:
    """Return the words of the first language tag that is spoken here, else English.

    Examples
    --------
    >>> spoken(None, "fr-FR", "ko-KR").language, spoken().language
    ('ko', 'en')
    """
    for tag in tags:
        found = LANGUAGES.get((tag or "").replace("_", "-").split("-")[0].strip().lower())
        if found is not None:
            return found
    return ENGLISH


def accepted(header: str) -> list[str]:
    """Return the language tags of an `Accept-Language` header, the best first.

    Examples
    --------
    >>> accepted("fr;q=0.5, ko-KR, en;q=0.8")
    ['ko-KR', 'en', 'fr']
    """
    weighed: list[tuple[float, str]] = []
    for part in header[:500].split(","):
        tag, _, quality = part.partition(";")
        weighed.append((_weight(quality), tag.strip()))
    return [tag for _, tag in sorted(weighed, key=lambda pair: -pair[0]) if tag]


def _weight(quality: str) -> float:
    _, _, value = quality.partition("q=")
    try:
        return float(value) if value else 1.0
    except ValueError:
        return 0.0
