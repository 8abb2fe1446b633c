"""A program to be tested: who am I, in each account that I may read?"""

from collections.abc import Iterator

import ssokit


def identities(start_url: str, sso_region: str, role_name: str) -> Iterator[tuple[str, str]]:
    """Yield the name of each account that grants a role, and the ARN that one has in it."""
    for account_id, name, role in ssokit.list_available_roles(start_url, sso_region, login=True):
        if role == role_name:
            session = ssokit.get_boto3_session(
                start_url, sso_region, account_id, role, region="us-east-1"
            )
            yield name, session.client("sts").get_caller_identity()["Arn"]
