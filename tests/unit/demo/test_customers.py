from collections import Counter

from demo.customers import Habits, chance, exists, reactions
from demo.letters import Letter

MANY = 20_000


def letter(number: int) -> Letter:
    return Letter(f"customer-{number}@demo.example", "Christmas", "<1@x>", "http://p", "http://l", "http://u")


def test_two_runs_react_alike() -> None:
    assert [reactions(letter(n), Habits()) for n in range(500)] == [reactions(letter(n), Habits()) for n in range(500)]


def test_chance_is_spread_evenly() -> None:
    tenths = Counter(int(chance(str(n)) * 10) for n in range(MANY))
    assert all(abs(count / MANY - 0.1) < 0.01 for count in tenths.values())


def test_acts_come_as_often_as_the_screen_says() -> None:
    habits = Habits()
    acts = Counter(reaction.act for n in range(MANY) for reaction in reactions(letter(n), habits))
    by_hand = (1 - habits.reads_in_apple_mail) * habits.opens
    assert abs(acts["open"] / MANY - by_hand) < 0.01
    assert abs(acts["machine_open"] / MANY - habits.reads_in_apple_mail) < 0.01
    assert abs(acts["click"] / MANY - habits.opens * habits.clicks_once_open) < 0.01
    assert abs(acts["unsubscribe"] / MANY - habits.opens * habits.unsubscribes_once_open) < 0.005


def test_most_who_open_do_so_within_a_day_and_some_do_not() -> None:
    after = [r.after_s for n in range(MANY) for r in reactions(letter(n), Habits()) if r.act == "open"]
    late = sum(seconds > 86_400 for seconds in after) / len(after)
    assert 0.01 < late < 0.1


def test_reactions_are_in_the_order_of_time() -> None:
    for n in range(1000):
        times = [reaction.after_s for reaction in reactions(letter(n), Habits()) if reaction.act != "machine_open"]
        assert times == sorted(times)


def test_one_address_in_a_hundred_does_not_exist() -> None:
    missing = sum(not exists(letter(n).recipient, Habits()) for n in range(MANY))
    assert abs(missing / MANY - 0.01) < 0.003
