"""The comparison with a run without faults tells of what is missing, too many or different."""

from tests.simulation.twin import End, differences

ONE, TWO = ("Account", "1"), ("Account", "2")
NOBODY: frozenset[tuple[str, str]] = frozenset()


def test_equal_ends_say_nothing() -> None:
    end = End(raw={ONE: {"Name": "a"}}, crm={ONE: {"Name": "a"}}, refused=NOBODY)
    assert list(differences(end, end)) == []


def test_each_difference_is_told_with_object_key_and_place() -> None:
    mine = End(raw={ONE: {"Name": "a"}}, crm={ONE: {"Name": "a"}}, refused=NOBODY)
    twin = End(raw={ONE: {"Name": "b"}, TWO: {}}, crm={}, refused=NOBODY)
    assert sorted(differences(mine, twin)) == [
        "Account 1 in raw: Name is 'a', without faults 'b'",
        "Account 1 in the CRM: there",
        "Account 2 in raw: missing",
    ]


def test_what_the_crm_refused_last_is_not_compared_there_and_is_in_raw() -> None:
    mine = End(raw={ONE: {"Name": "a"}}, crm={ONE: {"Name": "a"}}, refused=frozenset({ONE}))
    twin = End(raw={ONE: {"Name": "b"}}, crm={ONE: {"Name": "b"}}, refused=NOBODY)
    assert list(differences(mine, twin)) == ["Account 1 in raw: Name is 'a', without faults 'b'"]
