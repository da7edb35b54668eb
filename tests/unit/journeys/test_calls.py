"""What is decided about calls: answers that are known, limits, turns."""

from datetime import UTC, datetime, timedelta

from sojourn.journeys.calls import Answer, Ask, CallBook, CallRule, windows_of

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
FAILS = CallRule("source/s", 2, timedelta(hours=1), fails=True)
WAITS = CallRule("source/s", 1, timedelta(hours=1))
CACHED = CallRule("source/s", cache=timedelta(minutes=10))


class Echo:
    """Answers with the status that the parameters name."""

    def __init__(self) -> None:
        self.calls = 0

    def answer(self, target: str, params: str, at: datetime) -> tuple[str, str]:
        self.calls += 1
        return params, "{}"


def book(rule: CallRule, answerer: Echo | None = None) -> CallBook:
    return CallBook({rule.target: rule}, answerer=answerer, windows=windows_of({rule.target: rule}))


def ask(no: int, minute: float = 0, params: str = "200", place: int = 0) -> Ask:
    return Ask(no, NOON + timedelta(minutes=minute), place, params)


def kinds(book_: CallBook, rule: CallRule, *asks: Ask) -> list[str]:
    return [verdict.kind for verdict in book_.decide(rule, asks)]


def test_a_call_counts_until_the_window_has_passed_it() -> None:
    asks = [ask(1), ask(2, 30), ask(3, 59.9), ask(4, 60), ask(5, 89), ask(6, 90)]
    assert kinds(book(FAILS), FAILS, *asks) == ["call", "call", "capped", "call", "capped", "call"]


def test_a_failed_call_counts_as_one() -> None:
    assert kinds(book(FAILS, Echo()), FAILS, ask(1, 0, "500"), ask(2, 1, "failed"), ask(3, 2)) == [
        "answered", "answered", "capped",
    ]  # fmt: skip


def test_who_comes_later_queues_behind_those_who_wait() -> None:
    calls = book(WAITS)
    assert kinds(calls, WAITS, ask(1), ask(2, 1), ask(3, 60)) == ["call", "wait", "wait"]
    assert calls.next_turn() == NOON + timedelta(hours=1)
    assert calls.room("source/s", NOON + timedelta(hours=1)) == 1


def test_a_turn_goes_before_the_queue() -> None:
    calls = book(WAITS)
    calls.decide(WAITS, [ask(1), ask(2, 1), ask(3, 2)])
    calls.leave_queue("source/s", 1)
    assert [verdict.kind for verdict in calls.decide(WAITS, [ask(2, 60)], is_turn=True)] == ["call"]
    assert calls.next_turn() == NOON + timedelta(hours=2)


def test_a_good_answer_is_used_again_for_its_time() -> None:
    echo = Echo()
    calls = book(CACHED, echo)
    calls.decide(CACHED, [ask(1), ask(2, 9.99), ask(3, 10)])
    assert echo.calls == 2


def test_a_failure_is_never_used_again() -> None:
    echo = Echo()
    book(CACHED, echo).decide(CACHED, [ask(1, 0, "500"), ask(2, 1, "500"), ask(3, 2, "timed_out")])
    assert echo.calls == 3


def test_a_cached_answer_is_no_call() -> None:
    rule = CallRule("source/s", 1, timedelta(hours=1), fails=True, cache=timedelta(minutes=10))
    assert kinds(book(rule, Echo()), rule, ask(1), ask(2, 5), ask(3, 5, "201"), ask(4, 11)) == [
        "answered", "answered", "capped", "capped",
    ]  # fmt: skip


def test_who_asks_the_same_waits_for_the_answer_that_is_on_its_way() -> None:
    calls = book(CACHED)
    verdicts = calls.decide(CACHED, [ask(1), ask(2, 1), ask(3, 1, "201")])
    assert [(verdict.kind, verdict.leader) for verdict in verdicts] == [("call", None), ("follow", 1), ("call", None)]
    calls.settle(1, NOON + timedelta(minutes=2))
    assert calls.next_turn() == NOON + timedelta(minutes=2)


def test_an_answer_is_not_known_before_it_came() -> None:
    calls = book(CACHED)
    calls.keep(CACHED, "200", Answer("200", "{}", NOON, NOON + timedelta(minutes=10)), (NOON, -1))
    assert kinds(calls, CACHED, ask(1, -1)) == ["call"]
    assert calls.is_disordered


def test_a_fork_leaves_the_book_as_it_is() -> None:
    calls = book(FAILS)
    calls.fork().decide(FAILS, [ask(1), ask(2)])
    assert kinds(calls, FAILS, ask(3), ask(4), ask(5)) == ["call", "call", "capped"]


def test_another_order_is_noticed_only_where_it_matters() -> None:
    calm, full = book(FAILS), book(FAILS)
    calm.decide(FAILS, [ask(1, 5), ask(2, 0)])
    assert not calm.is_disordered
    full.decide(FAILS, [ask(1, 5), ask(2, 6), ask(3, 0)])
    assert full.is_disordered
