"""What every `AuthorizationServer` promises about the authorization code grant."""

# ruff: noqa: S101 - these are tests

from __future__ import annotations

import attrs
import pytest

from ssokit.adapters.fake.effects import Effect
from ssokit.domain.authorization_request import REDIRECT_URI, AuthorizationRequest, redirect_uri
from ssokit.domain.client_metadata import (
    AUTHORIZATION_CODE_GRANT,
    REFRESH_TOKEN_GRANT,
    ClientMetadata,
)
from ssokit.domain.device_authorization import TokenGrant
from ssokit.domain.errors import (
    ClientRejectedError,
    PendingAuthorizationExpiredError,
    ServiceError,
)
from ssokit.domain.redirects import AuthorizationCode, AwaitedRedirect
from ssokit.domain.sso_session import DEFAULT_SCOPE
from ssokit.domain.tokens import ClientRegistration
from ssokit.ports.authorization_server import AuthorizationServer
from ssokit.testing import (
    ConnectionReset,
    FakeBrowser,
    FakeIdentityCenter,
    FakeRedirectListener,
    GarbageAnswer,
    LetsExpire,
)
from ssokit.testing.client_registration_contract import ClientRegistrationContract
from ssokit.testing.service_contract import unusable_answer

_VERIFIER = "contract-verifier-" + 5 * "0123456789"


@attrs.frozen
class _Approved:
    """A code that a browser brought, and what it was asked for with."""

    client: ClientRegistration
    request: AuthorizationRequest
    code: str


class AuthorizationCodeContract(ClientRegistrationContract):
    """A part of `AuthorizationServerContract`, which is the one to inherit from."""

    def test_the_page_is_beside_the_services_endpoint(
        self, server: AuthorizationServer, center: FakeIdentityCenter
    ) -> None:
        """The page has the URL of the endpoint that is called, and asking for it calls nothing."""
        endpoint = server.authorization_endpoint()
        assert endpoint.endswith("/authorize")
        assert endpoint.startswith(center.url or "https://oidc.")
        assert not center.requests

    def test_a_code_grants_a_token_that_can_be_renewed(
        self, server: AuthorizationServer, center: FakeIdentityCenter
    ) -> None:
        """What the person approved in the browser is exchanged for tokens, under AWS's names."""
        approved = self._approve(server, center)
        grant = _exchange(server, approved)
        assert {grant.access_token, grant.refresh_token} <= center.secrets
        assert center.requests[-1].parameters == {
            "clientId": approved.client.client_id,
            "clientSecret": approved.client.client_secret,
            "grantType": AUTHORIZATION_CODE_GRANT,
            "code": approved.code,
            "codeVerifier": _VERIFIER,
            "redirectUri": approved.request.redirect_uri,
        }

    def test_a_code_is_good_once(
        self, server: AuthorizationServer, center: FakeIdentityCenter
    ) -> None:
        """A code that gave its token gives no other (RFC 6749 section 4.1.2)."""
        approved = self._approve(server, center)
        _exchange(server, approved)
        with pytest.raises(PendingAuthorizationExpiredError):
            _exchange(server, approved)

    @pytest.mark.parametrize(
        "wrong",
        [
            {"code_verifier": _VERIFIER + "x"},
            {"redirect_uri": redirect_uri(1)},
            {"code": "azc-of-nobody"},
        ],
        ids=lambda wrong: next(iter(wrong)),
    )
    def test_a_code_alone_is_worth_nothing(
        self, server: AuthorizationServer, center: FakeIdentityCenter, wrong: dict[str, str]
    ) -> None:
        """The verifier and the redirect URI must be those of the request (RFC 7636)."""
        with pytest.raises(PendingAuthorizationExpiredError):
            _exchange(server, self._approve(server, center), **wrong)

    def test_a_code_that_ran_out_is_told(
        self, server: AuthorizationServer, center: FakeIdentityCenter
    ) -> None:
        """A code that was not exchanged in time ends the login."""
        center.person = LetsExpire()
        with pytest.raises(PendingAuthorizationExpiredError):
            _exchange(server, self._approve(server, center))

    def test_a_client_for_codes_is_no_client_for_devices(
        self, server: AuthorizationServer, center: FakeIdentityCenter
    ) -> None:
        """A client that registered for one grant is refused in the other."""
        client = self._register(server, center)
        with pytest.raises(ClientRejectedError):
            server.start_device_authorization(client, center.start_url)

    def test_a_forgotten_client_is_rejected(
        self, server: AuthorizationServer, center: FakeIdentityCenter
    ) -> None:
        """A registration may be forgotten while the person looks at the page."""
        approved = self._approve(server, center)
        center.forget_registrations()
        with pytest.raises(ClientRejectedError):
            _exchange(server, approved)

    def test_an_issuer_of_nobody_is_a_service_error(
        self, server: AuthorizationServer, center: FakeIdentityCenter
    ) -> None:
        """A client cannot register for the start URL of another instance."""
        metadata = attrs.evolve(_metadata(center), issuer_url=f"{center.start_url}-not")
        with pytest.raises(ServiceError) as refusal:
            server.register_client(metadata)
        assert refusal.value.code == "InvalidRequestException"

    def test_a_refused_redirect_says_what_else_there_is(
        self, server: AuthorizationServer, center: FakeIdentityCenter
    ) -> None:
        """A client that may not have browsers sent back is told of the other flow."""
        metadata = attrs.evolve(_metadata(center), redirect_uris=("http://example.com/",))
        with pytest.raises(ServiceError, match="device_code") as refusal:
            server.register_client(metadata)
        assert refusal.value.code == "InvalidRedirectUriException"

    @pytest.mark.parametrize("error", [ConnectionReset(), GarbageAnswer()], ids=repr)
    def test_a_failed_exchange_may_be_tried_again(
        self,
        server: AuthorizationServer,
        center: FakeIdentityCenter,
        error: Effect,
    ) -> None:
        """No answer, and none that can be read, are the same to a caller: try again."""
        approved = self._approve(server, center)
        with unusable_answer(center, "CreateToken", error):
            _exchange(server, approved)

    def _register(
        self, server: AuthorizationServer, center: FakeIdentityCenter
    ) -> ClientRegistration:
        return server.register_client(_metadata(center))

    def _approve(self, server: AuthorizationServer, center: FakeIdentityCenter) -> _Approved:
        client = self._register(server, center)
        listener = FakeRedirectListener()
        with listener.open(AwaitedRedirect(state="contract-state")) as redirects:
            request = AuthorizationRequest(
                endpoint=server.authorization_endpoint(),
                client_id=client.client_id,
                redirect_uri=redirects.redirect_uri,
                scopes=(DEFAULT_SCOPE,),
                state=redirects.awaited.state,
                code_verifier=_VERIFIER,
                expires_at=center.clock.now(),
            )
            FakeBrowser(center, listener).show(request)
            outcome = redirects.awaited.outcome
        assert isinstance(outcome, AuthorizationCode)
        return _Approved(client, request, outcome.code)


def _metadata(center: FakeIdentityCenter) -> ClientMetadata:
    return ClientMetadata(
        "contract",
        scopes=(DEFAULT_SCOPE,),
        grant_types=(AUTHORIZATION_CODE_GRANT, REFRESH_TOKEN_GRANT),
        redirect_uris=(REDIRECT_URI,),
        issuer_url=center.start_url,
    )


def _exchange(server: AuthorizationServer, approved: _Approved, **wrong: str) -> TokenGrant:
    shown = {
        "code": approved.code,
        "code_verifier": _VERIFIER,
        "redirect_uri": approved.request.redirect_uri,
    }
    return server.exchange_code(approved.client, **{**shown, **wrong})
