"""Why a start URL was refused, as far as it tells that itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from ssokit.domain.error_facts import facts
from ssokit.domain.errors import ServiceError
from ssokit.domain.service_errors import wrong_region
from ssokit.domain.sso_session import SsoSession
from ssokit.domain.start_urls import is_of_aws, region_in


@contextmanager
def explained(session: SsoSession) -> Iterator[None]:
    """Say in errors of a block which start URL and region were used, and what is wrong with them.

    AWS answers ``InvalidRequestException`` to a start URL that it does not know, to one of
    another region and to one that only leads to a portal.

    Args:
        session: Where to log in.

    Raises:
        WrongRegionError: The start URL was refused, and names another region than the session.
        ServiceError: As it was, or with what is to be done about the start URL.
    """
    with facts(start_url=session.start_url, region=session.region):
        try:
            yield
        except ServiceError as error:
            if error.code != "InvalidRequestException":
                raise
            right_region = region_in(session.start_url)
            if right_region and right_region != session.region:
                said = error.args[0]
                raise wrong_region(said, right_region, operation=error.operation) from error
            if is_of_aws(session.start_url):
                raise
            raise ServiceError(
                f"{error.args[0]}; its host is none of AWS: if it leads to your access portal, use "
                "the URL that it leads to",
                code=error.code,
                operation=error.operation,
            ) from error
