"""The rules of responsibility: cases worked out by hand, and a second opinion for who can act."""

from hypothesis import given
from hypothesis import strategies as st

from bihuan.issues.rules.acting import Staffing, can_act, reach
from bihuan.issues.rules.assigning import Candidate, choose, in_turn, least_loaded, most_skilled
from bihuan.issues.rules.duty import may_return, reason_codes
from bihuan.issues.rules.matrix import Row, gaps, overlaps, ranked

ROWS = (
    Row(id=1, department="any"),
    Row(id=2, region="south", department="region"),
    Row(id=3, product="box", department="product"),
    Row(id=4, product="box", region="south", department="product-region"),
    Row(id=5, type="fault", department="type"),
    Row(id=6, type="fault", region="south", department="type-region"),
    Row(id=7, type="fault", product="box", department="type-product"),
    Row(id=8, type="fault", product="box", region="south", department="all"),
)


def first(type: str = "", product: str = "", region: str = "", rows: tuple[Row, ...] = ROWS) -> str:
    found = ranked(rows, type=type, products=[product] if product else [], region=region)
    return found[0].department if found else ""


def test_the_more_a_row_says_about_what_it_is_the_earlier_it_speaks() -> None:
    assert first("fault", "box", "south") == "all"
    assert first("fault", "box", "north") == "type-product"
    assert first("fault", "tap", "south") == "type-region"
    assert first("fault", "tap", "north") == "type"
    assert first("data", "box", "south") == "product-region"
    assert first("data", "box", "north") == "product"
    assert first("data", "tap", "south") == "region"
    assert first("data") == "any"
    assert first("data", rows=ROWS[1:]) == ""
    order = [row.id for row in ranked(ROWS, type="fault", products=["box"], region="south")]
    assert order == [8, 7, 6, 5, 4, 3, 2, 1]


def test_types_without_a_plain_row_are_gaps() -> None:
    assert gaps(ROWS, ["fault", "data"]) == []
    assert gaps(ROWS[1:], ["fault", "data"]) == ["data"]
    assert gaps([Row(id=1, type="data", region="south", department="x")], ["data"]) == ["data"]


def test_only_products_of_one_customer_can_make_rows_collide() -> None:
    box, tap = Row(id=1, product="box", department="a"), Row(id=2, product="tap", department="b")
    assert overlaps([box, tap]) == [(box, tap)]
    assert overlaps([box, Row(id=2, product="tap", department="a")]) == []
    assert overlaps([box, Row(id=2, product="tap", region="south", department="b")]) == []
    assert ranked([tap, box], type="", products=["tap", "box"])[0] is box  # the older row


PEOPLE = [
    Candidate(user=3, steps=2, weight=4, skill=1),
    Candidate(user=5, steps=1, weight=4, skill=3),
    Candidate(user=9, steps=3, weight=3, skill=3),
]


def test_turns_go_round() -> None:
    turns = [in_turn(PEOPLE, last) for last in (0, 3, 5, 9, 4)]
    assert [each.user for each in turns if each] == [3, 5, 9, 3, 5]
    assert in_turn([], 0) is None


def test_load_counts_weight_and_then_whose_turn_it_is() -> None:
    chosen = least_loaded(PEOPLE, 0)
    assert chosen is not None and chosen.user == 9  # three light ones weigh less than one urgent
    tie = least_loaded(PEOPLE[:2], 3)
    assert tie is not None and tie.user == 5


def test_skill_takes_the_best_and_of_equals_the_least_loaded_and_nobody_who_does_not_know() -> None:
    chosen = most_skilled(PEOPLE, 0)
    assert chosen is not None and chosen.user == 9
    assert most_skilled([Candidate(user=1), Candidate(user=2)], 0) is None


def test_capacity_bounds_every_method_and_claiming_chooses_nobody() -> None:
    found = choose("turn", PEOPLE, capacity=2, last=0)
    assert found is not None and found.user == 5  # 3 has two already, 9 has three
    assert choose("load", PEOPLE, capacity=1, last=0) is None
    assert choose("claim", PEOPLE, capacity=0, last=0) is None and choose("hand", PEOPLE, capacity=0, last=0) is None


def test_returns_are_bounded_and_end_with_a_decision() -> None:
    assert [may_return(returned=n, limit=2, settled=False) for n in range(4)] == [True, True, False, False]
    assert not may_return(returned=0, limit=2, settled=True)
    assert not may_return(returned=0, limit=0, settled=False)


def test_own_reasons_come_before_other_and_never_twice() -> None:
    assert reason_codes(("x", "other", "not_ours", "")) == ("not_ours", "incomplete", "duplicate", "x", "other")


# -- who can act, by brute force -------------------------------------------------------------------------------------

USERS, PLACES, ROLES = range(1, 6), range(1, 5), ("a", "b", "")
companies = st.fixed_dictionaries(
    {
        "present": st.frozensets(st.sampled_from(list(USERS))),
        "deputies": st.dictionaries(st.sampled_from(list(USERS)), st.sampled_from(list(USERS))),
        "posts": st.lists(
            st.tuples(st.sampled_from(list(USERS)), st.sampled_from(("a", "b")), st.sampled_from(list(PLACES)))
        ),
        "parents": st.fixed_dictionaries({1: st.none(), 2: st.sampled_from([None, 1]), 3: st.sampled_from([None, 1, 2]),
                                          4: st.sampled_from([None, 1, 2, 3])}),
    }
)  # fmt: skip


def somebody(company: Staffing, assignee: int | None, role: str, place: int | None) -> bool:
    """Asks every person one by one."""
    there = [user for user in asked(company) if _there(company, user)]
    if assignee is not None:
        return _there(company, assignee)
    if not role and place is None:
        return bool(company.present)
    return any(_could(company, post, role, place) for post in company.posts if post[0] in there)


def asked(company: Staffing) -> set[int]:
    return {*company.present, *company.deputies, *(user for user, _, _ in company.posts)}


def _there(company: Staffing, user: int) -> bool:
    return user in company.present or company.deputies.get(user) in company.present


def _could(company: Staffing, post: tuple[int, str, int], role: str, place: int | None) -> bool:
    """One post of somebody who is there, climbing from the step's department to the top."""
    _, held, where = post
    if not role:
        return where == place
    if held != role or place is None:
        return held == role
    at: int | None = place
    while at is not None and at != where:
        at = company.parents[at]
    return at == where


@given(
    companies,
    st.one_of(st.none(), st.sampled_from(list(USERS))),
    st.sampled_from(ROLES),
    st.one_of(st.none(), st.sampled_from(list(PLACES))),
)
def test_who_can_act_is_what_asking_everybody_says(
    company: dict[str, object], assignee: int | None, role: str, place: int | None
) -> None:
    staffing = Staffing(**company)  # type: ignore[arg-type]
    found = reach(staffing, USERS)
    assert can_act(found, assignee=assignee, role=role, department=place) == somebody(staffing, assignee, role, place)
