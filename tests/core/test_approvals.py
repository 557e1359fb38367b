"""Who may do what, and which votes count."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.core.approvals import OWNERS, Roles, groups_among, names, people_among
from bot.core.commands import Actor
from bot.core.policy import ChannelPolicy, WorkspacePolicy
from bot.core.rows import Meaning
from tests.core.builders import NOW, make_take, make_vote

MINA = Actor(id="U1", name="mina")
JO = Actor(id="U2", name="jo")
DANA = Actor(id="U9", name="dana")
ADMIN = Actor(id="U8", name="ada", admin=True)
GUEST = Actor(id="U7", name="zed", guest=True)
GUEST_ADMIN = Actor(id="U6", name="gus", guest=True, admin=True)
BOT = Actor(id="B1", name="robot", bot=True, admin=True)
EVERYBODY = (MINA, JO, DANA, ADMIN, GUEST, GUEST_ADMIN, BOT)


def make_roles(*, owners: tuple[str, ...] = ("U9",), workspace: tuple[str, ...] = (), **policy: Any) -> Roles:
    return Roles(ChannelPolicy(**policy), WorkspacePolicy(owners=workspace), owners)


@pytest.mark.parametrize(
    ("owners", "workspace", "found"),
    [
        (("U9",), (), {"dana"}),
        ((), (), {"ada"}),
        (("U9",), ("U2",), {"jo"}),
        (("U7", "B1"), (), {"zed"}),
    ],
)
def test_owners_are_those_who_are_named_else_the_administrators(
    owners: tuple[str, ...], workspace: tuple[str, ...], found: set[str]
) -> None:
    """The workspace's own names go before the installation's; nobody named leaves it to administrators, never bots."""
    roles = make_roles(owners=owners, workspace=workspace)
    assert {person.name for person in EVERYBODY if roles.owner(person)} == found


@pytest.mark.parametrize(
    ("policy", "owners", "found"),
    [
        ({}, ("U9",), {"mina", "jo", "dana", "ada"}),
        ({"makers": ("U1", "U7")}, ("U9",), {"mina", "dana"}),
        ({"makers": ("u1",)}, ("u9",), {"mina", "dana"}),
        ({"makers": ("U1",)}, (), {"mina", "ada"}),
        ({}, ("U7",), {"mina", "jo", "dana", "ada", "zed"}),
        ({"makers": ("B1",)}, ("B1",), set()),
    ],
)
def test_makers_are_all_members_or_those_who_are_named_and_the_owners(
    policy: dict[str, Any], owners: tuple[str, ...], found: set[str]
) -> None:
    """Guests and bots make nothing, even where the settings name them; owners always may."""
    roles = make_roles(owners=owners, **policy)
    assert {person.name for person in EVERYBODY if roles.maker(person)} == found


@pytest.mark.parametrize(
    ("policy", "owners", "found"),
    [
        ({}, ("U9",), {"mina", "jo", "dana", "ada"}),
        ({"makers": ("U1",)}, ("U9",), {"mina", "dana"}),
        ({"makers": ("U1",)}, (), {"mina", "ada"}),
        ({"approvers": ("U2", "U7", "B1")}, ("U9",), {"jo"}),
        ({"approvers": ("u2",)}, ("u9",), {"jo"}),
        ({"approvers": (OWNERS,)}, ("U9",), {"dana"}),
        ({"approvers": (OWNERS,)}, (), {"ada"}),
        ({"approvers": (OWNERS, "U2")}, ("U9",), {"jo", "dana"}),
    ],
)
def test_approvers_are_the_makers_or_those_who_are_named_or_the_owners(
    policy: dict[str, Any], owners: tuple[str, ...], found: set[str]
) -> None:
    """Whoever makes clips approves them, unless approvers are named; the last one removed leaves it to the owners."""
    roles = make_roles(owners=owners, **policy)
    assert {person.name for person in EVERYBODY if roles.approver(person)} == found


def test_one_person_is_one_vote_and_the_earliest_comes_first() -> None:
    """A reaction and a button of the same person count once; votes are given in the platform's order."""
    votes = [make_vote("U3", at=NOW + 2), make_vote("U2", at=NOW + 1), make_vote("U2", message="m2", at=NOW)]
    counted = make_roles(quorum=2).counting(votes, make_take())
    assert [(vote.person, vote.message) for vote in counted] == [("U2", "m2"), ("U3", "")]


@pytest.mark.parametrize("changes", [{"standing": False}, {"meaning": Meaning.REJECT}, {"guest": True}])
def test_what_is_no_standing_approval_of_an_approver_does_not_count(changes: dict[str, Any]) -> None:
    """A vote taken back, a rejection, and a guest's pick count for nothing."""
    assert make_roles().counting([make_vote(**changes)], make_take()) == []


@pytest.mark.parametrize(("quorum", "counted"), [(1, 1), (2, 0)])
def test_an_own_draft_is_approved_only_while_one_approval_is_enough(quorum: int, counted: int) -> None:
    """The maker's vote counts at quorum one, never above."""
    votes = make_roles(quorum=quorum).counting([make_vote("U1")], make_take(person="U1"))
    assert len(votes) == counted


@pytest.mark.parametrize(
    ("policy", "owners", "person", "was_owner", "counts"),
    [
        ({"approvers": ("U2",)}, ("U9",), "U2", False, True),
        ({"approvers": ("U2",)}, ("U9",), "U9", True, False),
        ({"approvers": (OWNERS,)}, ("U9",), "U9", False, True),
        ({"approvers": (OWNERS,)}, ("U9",), "U2", True, False),
        ({"approvers": (OWNERS,)}, (), "U8", True, True),
        ({"approvers": (OWNERS,)}, (), "U8", False, False),
        ({"makers": ("U1",)}, (), "U8", True, True),
        ({"makers": ("U1",)}, (), "U2", False, False),
    ],
)
def test_votes_count_by_the_roles_of_now(
    policy: dict[str, Any], owners: tuple[str, ...], person: str, *, was_owner: bool, counts: bool
) -> None:
    """Settings that changed since a vote decide anew; only of administrators it counts what they were when voting."""
    roles = make_roles(owners=owners, **policy)
    assert bool(roles.counting([make_vote(person, counted=was_owner)], make_take())) is counts


INSIDE = replace(JO, groups=("S1", "S2"))
#: Somebody who is called as the group is, and one of whom it is not known.
NAMESAKE, UNKNOWN = Actor(id="S1", name="s1"), replace(MINA, groups=None)
IN_GROUP = (INSIDE, NAMESAKE, UNKNOWN, replace(GUEST, groups=("S1",)), replace(BOT, groups=("S1",)))


@pytest.mark.parametrize(
    ("policy", "owners", "of", "found"),
    [
        ({"makers": ("&S1|designers",)}, ("U9",), "maker", {"jo"}),
        ({"makers": ("&s1", "U1")}, ("U9",), "maker", {"jo", "mina"}),
        ({"makers": ("&S1",)}, ("U9",), "approver", {"jo"}),
        ({"approvers": ("&S2|leads",)}, ("U9",), "approver", {"jo"}),
        ({"approvers": ("&S3",)}, ("U9",), "approver", set()),
        ({"approvers": (OWNERS,)}, ("&S2",), "approver", {"jo"}),
        ({}, ("&S2",), "owner", {"jo"}),
    ],
)
def test_a_role_may_name_a_group(policy: dict[str, Any], owners: tuple[str, ...], of: str, found: set[str]) -> None:
    """Its members have the role; not guests and bots in it, nor whoever is called so, nor who is not known to be."""
    role = getattr(make_roles(owners=owners, **policy), of)
    assert {person.name for person in IN_GROUP if role(person)} == found


@pytest.mark.parametrize(
    ("policy", "owners", "groups", "counts"),
    [
        ({"approvers": ("&S1|designers",)}, ("U9",), ("S1",), True),
        ({"approvers": ("&S1|designers",)}, ("U9",), ("S2",), False),
        ({"approvers": ("&S1|designers",)}, ("U9",), (), False),
        ({"approvers": ("U9",)}, ("U9",), ("S1",), False),
        ({"makers": ("&S1",)}, ("U9",), ("S1",), True),
        ({"approvers": (OWNERS,)}, ("&S1",), ("S1",), True),
        ({"approvers": (OWNERS,)}, ("&S1",), (), False),
    ],
)
def test_votes_count_by_the_groups_that_are_named_now(
    policy: dict[str, Any], owners: tuple[str, ...], groups: tuple[str, ...], *, counts: bool
) -> None:
    """A member's vote counts while the settings name the group, and not any more when they stop."""
    votes = [make_vote("U2", groups=groups)]
    roles = make_roles(owners=owners, **policy)
    assert bool(roles.counting(votes, make_take())) is counts
    assert roles.owner_voted(votes) is (owners == ("&S1",) and counts)


def test_people_and_groups_are_told_apart() -> None:
    """Only people can be mentioned and written to."""
    named = ("U1", "&S1|designers", OWNERS)
    assert (people_among(named), groups_among(named)) == (("U1",), ("&S1|designers",))


@pytest.mark.parametrize(
    ("people", "said"),
    [([], ""), (["jo"], "jo"), (["jo", "ravi"], "jo and ravi"), (["jo", "ravi", "lee"], "jo, ravi and lee")],
)
def test_voters_are_listed_as_people_say_it(people: list[str], said: str) -> None:
    """The names stand in the order of the votes."""
    assert names([make_vote(person, name=person) for person in people]) == said


@pytest.mark.parametrize(
    ("owners", "person", "counted", "found"),
    [
        (("U9",), "u9", False, True),
        (("U9",), "U8", True, False),
        ((), "U8", True, True),
        ((), "U8", False, False),
    ],
)
def test_an_owner_may_be_among_the_voters(owners: tuple[str, ...], person: str, counted: bool, found: bool) -> None:  # noqa: FBT001
    """By name; where nobody is named, whoever was an administrator when voting."""
    voters = [make_vote("U2"), make_vote(person, counted=counted)]
    assert make_roles(owners=owners).owner_voted(voters) is found
