"""The page where a person approves or denies a login."""

from __future__ import annotations

import hashlib
import hmac
import secrets

from ssokit.adapters.fake.identity_center import FakeIdentityCenter
from ssokit.adapters.fake.people import PendingLogin
from ssokit.adapters.fake.wire import pages
from ssokit.adapters.fake.wire.http import Request, Response

_UNKNOWN = "No login waits for this code. It may have expired, or have been used already."
_STALE = "This page is out of date. Open it again from the program that asks."


class VerificationPages:
    """Show who asks, and takes the decision.

    A decision counts only with the token of a page that this server has shown for the same
    code, so that no other web page can approve a login behind the person's back.

    Args:
        center: The model.
    """

    def __init__(self, center: FakeIdentityCenter) -> None:
        self._center = center
        self._key = secrets.token_bytes()

    def answer(self, request: Request) -> Response:
        """Answer a request for the page, or a decision that was made on it."""
        if request.method == "POST":
            return self._decide(request)
        user_code = request.query.get("user_code", "").strip()
        return self._ask(user_code) if user_code else pages.enter_code()

    def _ask(self, user_code: str) -> Response:
        try:
            login = self._center.people.find(user_code)
        except LookupError:
            return pages.enter_code(_UNKNOWN)
        users = [
            (user.user_name, user.display_name) for user in self._center.organization.users.values()
        ]
        return pages.approval(login, users=users, token=self._sign(login, secrets.token_hex(16)))

    def _decide(self, request: Request) -> Response:
        form = request.form()
        people = self._center.people
        try:
            login = people.find(form.get("user_code", ""))
            if not self._is_ours(login, form.get("token", "")):
                return pages.enter_code(_STALE)
            if form.get("decision") == "approve":
                people.approve(login.user_code, user=form.get("user"))
                return pages.approved(login)
            people.deny(login.user_code)
            return pages.denied(login)
        except LookupError:
            return pages.enter_code(_UNKNOWN)

    def _sign(self, login: PendingLogin, nonce: str) -> str:
        signed = f"{nonce}:{login.user_code}".encode()
        return f"{nonce}.{hmac.new(self._key, signed, hashlib.sha256).hexdigest()}"

    def _is_ours(self, login: PendingLogin, token: str) -> bool:
        nonce, _, _ = token.partition(".")
        return hmac.compare_digest(self._sign(login, nonce).encode(), token.encode())
