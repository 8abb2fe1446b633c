"""As whom an administrator's command calls AWS: a role of a login, or keys that are there."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import attrs

from ssokit.adapters.aws.configured_sessions import configured_session
from ssokit.adapters.aws.profiles import read_aws_config
from ssokit.cli.granted import chosen_role
from ssokit.cli.instance import Instance, chosen
from ssokit.domain.aws_config import DEFAULT_PROFILE

if TYPE_CHECKING:
    import boto3


def administrator_session(
    instance: Instance, *, account: str | None, role: str | None, region: str | None
) -> tuple[boto3.Session, str]:
    """Give the boto3 session of an administrator, and say who that is.

    A role of the person's login is used where an account, a role, an ``sso-session`` or a
    start URL is named, and where the profile is one of IAM Identity Center. Otherwise keys
    are what boto3 finds.

    Args:
        instance: What the command line says.
        account: The account of the role, by id or name.
        role: The role.
        region: The region of the Identity Center; by default that of the login, or what the
            environment and the profile say.

    Raises:
        InvalidSSOConfigError: There are no keys, or no region.
    """
    if account or role or instance.sso_session or instance.start_url:
        return _with_login(chosen(instance, os.environ), account, role, region)
    profile, config = instance.profile or _profile_in_environment(), read_aws_config()
    if profile in config.sso_profile_names():
        return _with_login(attrs.evolve(instance, profile=profile), account, role, region)
    # The AWS CLI and the other SDKs read this variable, boto3 does not.
    region = region or os.environ.get("AWS_REGION")
    session = configured_session(instance.profile, region)
    who = "the keys in the environment"
    if profile:
        known = profile in config.profile_names()
        who = f"profile {profile}" if known else "the keys of this machine"
    instance.say(f"Using {who} in {session.region_name}")
    return session, who


def _with_login(
    instance: Instance, account: str | None, role: str | None, region: str | None
) -> tuple[boto3.Session, str]:
    center = instance.center()
    account_id, role_name = chosen_role(center, account, role)
    session = center.session(
        account_id, role_name, region=region or instance.session(center).region
    )
    return session, f"{role_name} in {account_id}"


def _profile_in_environment() -> str | None:
    # Keys in the environment win over a profile that is named there, as in botocore.
    if os.environ.get("AWS_ACCESS_KEY_ID"):
        return None
    named = os.environ.get("AWS_PROFILE") or os.environ.get("AWS_DEFAULT_PROFILE")
    return named or DEFAULT_PROFILE
