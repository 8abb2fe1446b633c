"""The page that starts the authorization code grant, and the grant itself (RFC 6749, RFC 7636).

AWS does not publish this part of sso-oidc as an API. The names of the query's parameters are
those of the AWS CLI; ``scope`` is taken for ``scopes``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from ssokit.adapters.fake import mint
from ssokit.adapters.fake.call import Call
from ssokit.adapters.fake.code_logins import CodeLogin, is_redirect_uri, may_redirect
from ssokit.adapters.fake.effects import refused
from ssokit.adapters.fake.person import Decision
from ssokit.adapters.fake.registrations import RegisteredClient
from ssokit.adapters.fake.services.oidc_grants import sign_in
from ssokit.adapters.fake.state import State, required, texts
from ssokit.domain.client_metadata import AUTHORIZATION_CODE_GRANT

_CHALLENGE_LENGTH = 43


def redirect_uris(state: State, call: Call) -> tuple[str, ...]:
    """Read where a new client may have browsers sent, which those of this grant have to say.

    Raises:
        RefusedError: InvalidRedirectUriException, or InvalidRequestException for another issuer.
    """
    uris = texts(call, "redirectUris")
    if AUTHORIZATION_CODE_GRANT in texts(call, "grantTypes"):
        if required(call, "issuerUrl").rstrip("/") != state.start_url.rstrip("/"):
            raise refused("InvalidRequestException", "Invalid issuer URL provided")
        if not uris:
            raise refused("InvalidRedirectUriException", "The grant needs a redirect URI")
    if not all(is_redirect_uri(uri) for uri in uris):
        raise refused("InvalidRedirectUriException", "Invalid redirect URI provided")
    return uris


def authorize(state: State, call: Call) -> Mapping[str, Any]:
    """Show the page, or send the browser back at once where nobody has to be asked.

    Raises:
        RefusedError: Nothing says where the browser may be sent, so that whoever looks at it
            has to be told (RFC 6749 section 4.1.2.1).
    """
    client = state.registrations.find(required(call, "client_id"), now=state.clock.monotonic())
    redirect_uri = required(call, "redirect_uri")
    if not may_redirect(client.redirect_uris, redirect_uri):
        raise refused("InvalidRequestException", "Invalid redirect URI provided")
    asked = {name: str(value) for name, value in call.parameters.items()}
    if error := state.settings.authorize_error or _mistake(client, asked):
        return {"location": _error_location(state, redirect_uri, error, asked.get("state"))}
    login = CodeLogin(
        page=state.mint.page(),
        client=client,
        redirect_uri=redirect_uri,
        state=asked.get("state", ""),
        challenge=asked["code_challenge"],
        deadline=state.clock.monotonic() + state.settings.code_lifetime.total_seconds(),
        code=state.mint.secret(mint.AUTHORIZATION_CODE),
    )
    state.code_logins.add(login)
    if login.visit(state.person) is Decision.PENDING:
        return _page(state, login)
    return {"location": login.location}


def decide(state: State, call: Call) -> Mapping[str, Any]:
    """Take the decision that was made on a page, and send the browser back.

    Raises:
        RefusedError: The page is out of date.
    """
    login = state.code_logins.on_page(required(call, "page"), now=state.clock.monotonic())
    approved = call.parameters.get("decision") == "approve"
    login.decision = Decision.APPROVED if approved else Decision.DENIED
    login.user = call.parameters.get("user") or None
    return {"location": login.location}


def by_authorization_code(state: State, call: Call, client: RegisteredClient) -> Mapping[str, Any]:
    """Grant a token for an authorization code, once."""
    login = state.code_logins.redeem(
        code=required(call, "code"),
        verifier=required(call, "codeVerifier"),
        redirect_uri=required(call, "redirectUri"),
        client_id=client.client_id,
    )
    if login.decision is Decision.EXPIRED or state.clock.monotonic() >= login.deadline:
        raise refused("ExpiredTokenException", "The authorization code has expired")
    return sign_in(state, user=login.user, region=call.region, client=client)


OPERATIONS = {"Authorize": authorize, "DecideAuthorization": decide}


def _mistake(client: RegisteredClient, asked: Mapping[str, str]) -> str | None:
    scopes = asked.get("scopes") or asked.get("scope") or ""
    if asked.get("response_type") != "code":
        return "unsupported_response_type"
    if AUTHORIZATION_CODE_GRANT not in client.grant_types:
        return "unauthorized_client"
    if asked.get("code_challenge_method") != "S256":
        return "invalid_request"
    if len(asked.get("code_challenge", "")) != _CHALLENGE_LENGTH:
        return "invalid_request"
    return None if set(scopes.split()) <= set(client.scopes) else "invalid_scope"


def _error_location(state: State, redirect_uri: str, error: str, sent: str | None) -> str:
    answer = {"error": error, "error_description": f"The service answers {error}"}
    if sent is not None and state.settings.state_in_errors:
        answer["state"] = sent
    return f"{redirect_uri}?{urlencode(answer)}"


def _page(state: State, login: CodeLogin) -> Mapping[str, Any]:
    users = state.access.organization.users.values()
    return {
        "page": login.page,
        "client": login.client.client_name,
        "scopes": login.client.scopes,
        "users": tuple((user.user_name, user.display_name) for user in users),
    }
