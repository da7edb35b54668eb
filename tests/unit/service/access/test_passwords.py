"""Which passwords may be used, and how guessing is slowed down."""

import threading

import pytest

from sojourn.service.access.errors import BadPassword, TooManyAttempts
from sojourn.service.access.passwords import AT_ONCE, LENGTH, WAITING, Passwords, check_password, common_passwords
from sojourn.service.access.throttle import FORGET_S, FREE_OF_ACCOUNT, FREE_OF_ADDRESS, LONGEST_S, Throttle


@pytest.mark.parametrize(
    "password",
    ["short", "ann.lee@example.com", "Ann.Lee@Example.com", "password123", "PASSWORD123", "aaaaaaaaaaaa", "x" * 1001],
)
def test_refused(password: str) -> None:
    with pytest.raises(BadPassword):
        check_password(password, "ann.lee@example.com", "Ann Lee")


@pytest.mark.parametrize("password", ["correct horse", "비밀번호를 잊지 마세요", " two spaces "])
def test_taken(password: str) -> None:
    check_password(password, "ann", "Ann Lee")


def test_the_commonest_are_long_enough_to_be_tried() -> None:
    assert {word for word in common_passwords() if len(word) < LENGTH or word != word.casefold()} == set()


def test_a_password_is_kept_as_argon2id_with_a_salt_of_its_own() -> None:
    passwords = Passwords()
    kept = passwords.hash("correct horse")
    assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert kept != passwords.hash("correct horse")
    assert passwords.is_right("correct horse", kept)
    assert not passwords.is_right("correct hors", kept)
    assert not passwords.is_right("correct horse", None)
    assert not passwords.is_right("a password that nobody has", None)
    assert not passwords.is_outdated(kept)


def test_one_character_may_be_typed_in_two_ways() -> None:
    passwords = Passwords()
    assert passwords.is_right("caf\u0065\u0301 au lait", passwords.hash("caf\u00e9 au lait"))


def test_many_at_once_are_sent_away(monkeypatch: pytest.MonkeyPatch) -> None:
    passwords, go, told = Passwords(), threading.Event(), []

    def slow(password: str, kept: str | None) -> bool:
        return go.wait(20)

    def attempt() -> None:
        try:
            told.append(passwords.is_right("x", None))
        except TooManyAttempts:
            told.append(False)

    monkeypatch.setattr(passwords, "_verify", slow)
    threads = [threading.Thread(target=attempt) for _ in range(AT_ONCE + WAITING + 5)]
    for thread in threads:
        thread.start()
    while len(told) < 5:
        pass
    go.set()
    for thread in threads:
        thread.join()
    assert (told.count(False), told.count(True)) == (5, AT_ONCE + WAITING)


class Watch:
    now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


def waits(throttle: Throttle, name: str, address: str) -> int:
    """Return how long an attempt has to wait; 0: it is made, and fails."""
    try:
        throttle.begin(name, address)
    except TooManyAttempts as error:
        return int(error.headers["Retry-After"])
    return 0


def test_each_failure_doubles_the_wait_of_an_account() -> None:
    watch = Watch()
    throttle, told = Throttle(watch), []
    for number in range(FREE_OF_ACCOUNT):
        assert waits(throttle, "ann", f"10.0.0.{number}") == 0
    for number in range(11):
        told.append(wait := waits(throttle, "ann", f"10.0.1.{number}"))
        watch.now_s += wait
        assert waits(throttle, "ann", f"10.0.1.{number}") == 0
    assert told == [1, 2, 4, 8, 16, 32, 64, 128, 256, LONGEST_S, LONGEST_S]
    watch.now_s += FORGET_S + 1
    assert [waits(throttle, "ann", "10.0.0.1") for _ in range(2)] == [0, 0]


def test_an_address_that_tries_many_names_is_slowed_down_and_others_are_not() -> None:
    throttle = Throttle(Watch())
    told = [waits(throttle, f"user{number}", f"2001:db8::{number:x}") for number in range(FREE_OF_ADDRESS + 1)]
    assert told == [0] * FREE_OF_ADDRESS + [1]
    assert waits(throttle, "ann", "2001:db8:1::1") == 0


def test_who_signs_in_is_forgiven() -> None:
    throttle = Throttle(Watch())
    for _ in range(50):
        for _ in range(FREE_OF_ACCOUNT):
            assert waits(throttle, "ann", "10.0.0.1") == 0
            throttle.succeed("ann", "10.0.0.1")
