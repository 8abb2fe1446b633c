"""The Identity Center that a function is about: by its start URL, or by the AWS config file."""

from __future__ import annotations

from typing import Any

from ssokit.identity_center import IdentityCenter


def chosen_instance(
    start_url: str | None,
    sso_region: str | None,
    profile: str | None,
    sso_session: str | None,
    **options: Any,
) -> IdentityCenter:
    """Give the Identity Center that is named in one of three ways.

    Args:
        start_url: The start URL; with it comes the region.
        sso_region: The AWS region of the instance.
        profile: A profile of the AWS config file.
        sso_session: An ``sso-session`` of the AWS config file.
        **options: The keyword arguments of `IdentityCenter`.

    Raises:
        TypeError: It is named in no way, in several, or by half of one.
        InvalidSSOConfigError: What names it is malformed, or not in the file.
    """
    by_url = start_url is not None or sso_region is not None
    if by_url + (profile is not None) + (sso_session is not None) != 1:
        raise TypeError(
            "name the Identity Center in one way: by start_url and sso_region, or by profile=, "
            "or by sso_session="
        )
    if profile is not None:
        return IdentityCenter.from_profile(profile, **options)
    if sso_session is not None:
        return IdentityCenter.from_sso_session(sso_session, **options)
    if start_url is None or sso_region is None:
        missing = "start_url" if start_url is None else "sso_region"
        raise TypeError(f"{missing} is missing: start_url and sso_region go together")
    return IdentityCenter(start_url, sso_region, **options)
