"""An organization that is made up while it is asked for, and a program that lists one."""

from __future__ import annotations

from ssokit import Principal
from ssokit.domain.assignments import GROUP, AccountAssignment, Pair
from ssokit.domain.directory import Instance, OrganizationAccount
from ssokit.ports import Page

INSTANCE = "arn:aws:sso:::instance/ssoins-1234567890abcdef"
SETS = 200
_SET = "arn:aws:sso:::permissionSet/ssoins-1234567890abcdef/ps-"

PROGRAM = """
import json, sys
import boto3, ssokit

session = boto3.Session("AKIDEXAMPLE", "example", region_name="us-east-1")
listing = ssokit.list_assignments(session, rate=float(sys.argv[1]), get_target_names=None)
rows = list(listing)
print(json.dumps([rows, listing.coverage.complete]))
"""


class MadeUpDirectory:
    """A number of accounts with a number of permission sets each, one group on each pair.

    It keeps no record of what it is asked: what grows is what the listing holds.

    Args:
        accounts: How many accounts there are.
        sets_in_account: How many permission sets each has.
    """

    def __init__(self, accounts: int, sets_in_account: int) -> None:
        self._accounts = [f"{number:012}" for number in range(1, accounts + 1)]
        self._share = sets_in_account / SETS
        self._arns = [f"{_SET}{number:016}" for number in range(SETS)]

    def list_instances(self, *, next_token: str | None = None) -> Page[Instance]:
        """Give the one instance."""
        assert next_token is None
        return Page((Instance(arn=INSTANCE, identity_store_id="d-1234567890"),))

    def list_accounts(self, *, next_token: str | None = None) -> Page[OrganizationAccount]:
        """Give all accounts on one page."""
        assert next_token is None
        return Page(tuple(OrganizationAccount(account_id=one) for one in self._accounts))

    def list_permission_sets(self, _: str, *, next_token: str | None = None) -> Page[str]:
        """Give all permission sets on one page."""
        assert next_token is None
        return Page(tuple(self._arns))

    def list_accounts_with_permission_set(
        self, _: str, permission_set_arn: str, *, next_token: str | None = None
    ) -> Page[str]:
        """Give the accounts of a permission set on one page."""
        assert next_token is None
        shift = self._arns.index(permission_set_arn)
        step = round(1 / self._share)
        return Page(tuple(self._accounts[shift % step :: step]))

    def list_assignments_of_pair(
        self, _: str, pair: Pair, *, next_token: str | None = None
    ) -> Page[AccountAssignment]:
        """Give one row."""
        assert next_token is None
        who = Principal(GROUP, f"aaaaaaaa-bbbb-cccc-dddd-{pair.account_id}")
        return Page((AccountAssignment(pair, who),))
