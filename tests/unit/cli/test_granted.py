"""Accounts and roles by id, by name, and by the profile."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from running import Run

from ssokit.testing import AwsError, FakeIdentityCenter, Fault

_ROLE = ("--account", "444455556666", "--role", "Developer")


@pytest.fixture(autouse=True)
def _logged_in(log_in: Callable[..., None]) -> None:
    log_in()


@pytest.mark.parametrize(
    ("options", "code", "words"),
    [
        (["--account", "payments development", "--role", "Developer"], 0, ""),
        (["--account", "Payments Developmnt", "--role", "Developer"], 4, "'Payments Development'"),
        (["--account", "1-2", "--role", "Developer"], 4, "no account of the name '1-2'."),
        (["--account", "1234567890123", "--role", "Developer"], 2, "12 digits"),
        (["--account", "1", "--role", "no blanks"], 2, "role name"),
        (["--account", "1"], 2, "Give --role"),
        (["--account", "", "--role", "Developer"], 2, "'--account': it is empty."),
        (["--account", "1", "--role", ""], 2, "'--role': it is empty."),
        ([*_ROLE, "--region", "Frankfurt"], 2, "not an AWS region name"),
        ([], 2, "Give --account and --role"),
    ],
)
def test_the_account_of_keys(run: Run, options: list[str], code: int, words: str) -> None:
    """A name does for an id, in any case; one that is not there is met with those near it."""
    result = run("credentials", *options)
    assert result.exit_code == code
    assert words in " ".join(result.stderr.split())
    assert bool(result.stdout) == (code == 0)


@pytest.mark.usefixtures("config")
def test_a_profile_stands_in(run: Run, log_in: Callable[..., None]) -> None:
    """What the command line does not say, the profile says: account, role and region."""
    log_in(name="main")
    result = run("credentials", "--profile", "dev")
    assert json.loads(result.stdout)["AccountId"] == "444455556666"
    other = run("credentials", "--profile", "dev", "--account", "Sandbox", "--role", "ReadOnly")
    assert json.loads(other.stdout)["AccountId"] == "012345678901"
    exported = run("credentials", "--profile", "dev", "--export", "fish")
    assert "set -gx AWS_REGION 'eu-west-1'\n" in exported.stdout
    assert run("credentials", "--profile", "legacy").exit_code == 2


def test_two_accounts_of_one_name(run: Run, identity_center: FakeIdentityCenter) -> None:
    """Names are not unique in AWS: the paragraph gives the ids to choose from."""
    identity_center.add_account("123123123123", "Sandbox")
    identity_center.assign(user="alice", role="ReadOnly", account="123123123123")
    result = run("credentials", "--account", "Sandbox", "--role", "ReadOnly")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "012345678901" in result.stderr
    assert "123123123123" in result.stderr


def test_a_role_in_an_account_that_is_not_granted(run: Run) -> None:
    """There are no roles to name, and the paragraph says so."""
    result = run("credentials", "--account", "111122223333", "--role", "Developer", "-q")
    assert result.exit_code == 4
    assert "You have no role in this account" in result.stderr
    assert result.stderr.count("\n") == 1


def test_no_role_at_all_in_an_account(run: Run, identity_center: FakeIdentityCenter) -> None:
    """An account whose list of roles is empty has none to name."""
    identity_center.faults.add(Fault("GetRoleCredentials", AwsError("ForbiddenException")))
    result = run("credentials", "--account", "444455556666", "--role", "Nothing")
    assert result.exit_code == 4
    assert "Your roles in this account: Developer, ReadOnly." in result.stderr


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["--account", "444455556666"], {"Developer", "ReadOnly"}),
        (["--account", "payments *", "--role", "dev*"], {"Developer"}),
        (["--account", "Sandbox", "--account", "333344445555"], {"Developer", "ReadOnly"}),
        (["--role", "nothing"], set()),
    ],
)
def test_roles_that_are_asked_for(run: Run, options: list[str], expected: set[str]) -> None:
    """Accounts by id, by name and by pattern, and roles by pattern."""
    result = run("roles", *options, "--json", "-q")
    rows = json.loads(result.stdout)
    assert (result.exit_code, result.stderr) == (0, "")
    assert {row["role_name"] for row in rows} == expected
    assert "UNKNOWN" not in result.stdout


@pytest.mark.parametrize(
    ("account", "code", "words"),
    [
        ("Sandbx", 4, "did you mean 'Sandbox'?"),
        ("xyz", 4, "'xyz'."),
        ("1" * 13, 2, "12 digits"),
        ("", 2, "it is empty."),
    ],
)
def test_roles_in_no_account(run: Run, account: str, code: int, words: str) -> None:
    """A filter that stands for nothing is no empty answer."""
    result = run("roles", "--account", account)
    assert (result.exit_code, result.stdout) == (code, "")
    assert words in " ".join(result.stderr.split())


def test_accounts_that_are_asked_for(run: Run) -> None:
    """Accounts by a pattern of their names; an empty answer has its header."""
    found = run("accounts", "--name", "PAYMENTS*").stdout.splitlines()
    assert [line.split(",")[1] for line in found[1:]] == [
        "Payments Production",
        "Payments Development",
    ]
    assert run("accounts", "--name", "x").stdout == "account_id,account_name,email\n"


def test_programs_get_names_as_they_are(run: Run, identity_center: FakeIdentityCenter) -> None:
    """JSON and CSV hold what AWS has, control characters and all."""
    name = '\x1b]0;owned\x07, "x"'
    identity_center.add_account("123123123124", name)
    identity_center.assign(user="alice", role="ReadOnly", account="123123123124")
    rows = json.loads(run("accounts", "--json").stdout)
    assert name in {row["account_name"] for row in rows}
    assert '"\x1b]0;owned\x07, ""x"""' in run("accounts").stdout


def test_an_unusable_region_is_refused_before_any_call(
    run: Run, identity_center: FakeIdentityCenter
) -> None:
    """What can be seen to be wrong at once is: an account's name takes a call."""
    result = run("credentials", "--account", "Sandbox", "--role", "ReadOnly", "--region", "x y")
    assert (result.exit_code, result.stdout) == (2, "")
    assert identity_center.calls("ListAccounts") == 0
