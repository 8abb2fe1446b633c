"""Names and documents, compared with those of the AWS CLI, botocore and aws-sso-lib."""

from __future__ import annotations

import collections
import hashlib
import json
import types
from datetime import datetime, timezone

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ssokit.adapters.stores import aws_cli_format as aws
from ssokit.adapters.stores.aws_cli_format import ForeignEntryError
from ssokit.adapters.stores.entry_names import EntryName
from ssokit.domain.role_credential import CredentialKey, RoleCredential
from ssokit.domain.sso_session import SsoSession
from ssokit.domain.tokens import ClientRegistration, Token

ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)
NAMES = ["startUrl", "region", "accessToken", "expiresAt", "clientId", "clientSecret"]
ALMOST = st.dictionaries(st.sampled_from([*NAMES, "Credentials", "refreshToken"]), ANY_JSON)
SSO = SsoSession("https://d-1234567890.awsapps.com/start", "us-east-1")
KEY = CredentialKey(start_url=SSO.start_url, account_id="012345678901", role_name="Reader")


def test_names_are_those_of_the_other_tools():
    """The hashes are the ones that botocore's own tests pin."""
    url = "https://d-abc123.awsapps.com/start"
    legacy = SsoSession(url, "us-west-2")
    corp = SsoSession(url, "us-west-2", name="corp", scopes=["sso:account:access"])
    admin = SsoSession(url, "us-west-2", name="admin")
    assert EntryName.of_token(legacy).text == "40a89917e3175433e361b710a9d43528d7f1890a"
    assert EntryName.of_token(admin).text == "d033e22ae348aeb5660fc2140aec35850c4da997"
    assert EntryName.of_registration(legacy).text == "botocore-client-id-us-west-2"
    assert EntryName.of_registration(corp).text == "00b91ea7decb3a2eab7d0c7a96a6bdbaa530abaf"
    key = CredentialKey(
        start_url="https://d-92671207e4.awsapps.com/start",
        account_id="1234567890",
        role_name="test-role",
        login="no part of the name",
    )
    assert EntryName.of_credential(key).text == "048db75bbe50955c16af7aba6ff9c41a3131bb7e"


def test_names_with_scopes_and_sessions_are_the_aws_clis():
    """Each name is the SHA-1 of what the AWS CLI hashes; null is not an empty list."""
    url = "https://d-abc123.awsapps.com/start"

    def sha1(text: str) -> str:
        return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()

    def registration(**options: object) -> str:
        return EntryName.of_registration(SsoSession(url, "eu-west-1", **options)).text

    tail = f'"startUrl": "{url}", "tool": "botocore"}}'
    head = '{"region": "eu-west-1", "scopes": '
    assert registration(name="corp") == sha1(f'{head}null, "session_name": "corp", {tail}')
    assert registration(name="corp", scopes=[]) == sha1(f'{head}[], "session_name": "corp", {tail}')
    assert registration(scopes=["b", "a"]) == sha1(
        f'{head}["b", "a"], "session_name": null, {tail}'
    )
    key = attrs.evolve(KEY, session_name="corp")
    assert EntryName.of_credential(key).text == sha1(
        '{"accountId":"012345678901","roleName":"Reader","sessionName":"corp"}'
    )


def test_a_token_is_written_in_the_usual_order(token: Token):
    """Known members come first, in the order of the AWS CLI, unknown ones after them."""
    full = attrs.evolve(
        token,
        received_at=datetime(2030, 1, 1, tzinfo=timezone.utc),
        refresh_token="canary-refresh",
        client=ClientRegistration(
            client_id="x",
            client_secret="canary-client",
            expires_at=datetime(2030, 3, 1, 0, 0, 0, 999999, tzinfo=timezone.utc),
        ),
        extra={"other": 1, "accessToken": "never this one", "clientId": "nor this"},
    )
    assert json.dumps(aws.token_document(full)) == (
        '{"startUrl": "https://d-1234567890.awsapps.com/start", "region": "us-east-1", '
        '"accessToken": "canary-access", "expiresAt": "2030-01-01T08:00:00Z", '
        '"clientId": "x", "clientSecret": "canary-client", '
        '"registrationExpiresAt": "2030-03-01T00:00:00Z", "refreshToken": "canary-refresh", '
        '"receivedAt": "2030-01-01T00:00:00Z", "other": 1}'
    )
    parsed = aws.parse_token(aws.token_document(full), SSO)
    assert aws.token_document(parsed) == aws.token_document(full)
    assert parsed.extra == {"other": 1}
    assert list(aws.token_document(token)) == ["startUrl", "region", "accessToken", "expiresAt"]


@pytest.mark.parametrize("member", ["clientId", "clientSecret", "registrationExpiresAt"])
@pytest.mark.parametrize("value", [None, "", 7, "2030-13-01", "canary\n"])
def test_an_unusable_client_of_a_token_is_kept_as_found(token: Token, member: str, value: object):
    """Parts of a client renew nothing, cost no login, and outlive a rewrite."""
    parts = {"clientId": "x", "clientSecret": "y", "registrationExpiresAt": "2030-03-01T00:00:00Z"}
    if member != "registrationExpiresAt" and value == "2030-13-01":
        value = None
    document = {**aws.token_document(token), **parts, member: value}
    parsed = aws.parse_token(document, SSO)
    assert parsed.client is None
    assert aws.token_document(parsed) == document


def test_a_minimal_token_borrows_from_what_was_asked_for(token: Token):
    """An entry with the two members that botocore needs gets the session's URL and region."""
    document = {"accessToken": "canary-access", "expiresAt": "2030-01-01T08:00:00UTC"}
    assert aws.parse_token(document, SSO) == token


@pytest.mark.parametrize("member", ["startUrl", "region", "receivedAt", "refreshToken"])
@pytest.mark.parametrize("value", [None, "", 7, "\ud800", "a\nb"])
def test_unusable_optional_members_count_as_missing(token: Token, member: str, value: object):
    """A broken optional member does not cost the login."""
    document = {**aws.token_document(token), member: value}
    assert aws.parse_token(document, SSO) == token


@pytest.mark.parametrize("member", ["accessToken", "expiresAt"])
@pytest.mark.parametrize(
    "value", [None, "", 7, [], "canary\r\nHost: x", "canary\ud800", "canary é"]
)
def test_a_token_without_its_essentials_is_foreign(token: Token, member: str, value: object):
    """No token, no usable time, or text that no HTTP header can carry: the error quotes nothing."""
    with pytest.raises(ForeignEntryError, match=member) as foreign:
        aws.parse_token({**aws.token_document(token), member: value}, SSO)
    assert "canary" not in str(foreign.value)
    assert foreign.value.__cause__ is None


@pytest.mark.parametrize("document", [None, 1, "canary", ["canary"], b"{}", object()])
def test_what_is_no_mapping_is_foreign(document: object):
    """JSON null, lists and the like are foreign in each role."""
    with pytest.raises(ForeignEntryError):
        aws.parse_token(document, SSO)
    with pytest.raises(ForeignEntryError):
        aws.parse_registration(document)
    with pytest.raises(ForeignEntryError):
        aws.parse_credential({"Credentials": document}, KEY)


def test_times_in_caches_of_python_objects_become_strings(token: Token):
    """Datetime objects, as in-memory caches of aws-sso-lib hold them, are read and normalised."""
    moment = datetime(2030, 1, 1, 8)  # noqa: DTZ001 - naive on purpose
    document = collections.UserDict(
        {**aws.token_document(token), "expiresAt": moment, "registrationExpiresAt": moment}
    )
    parsed = aws.parse_token(document, SSO)
    assert parsed.expires_at == token.expires_at
    assert aws.token_document(parsed)["registrationExpiresAt"] == "2030-01-01T08:00:00Z"


@pytest.mark.parametrize("value", [object(), {1, 2}, {("a", "b"): 1}, b"canary"])
def test_values_that_json_cannot_express_are_foreign(token: Token, value: object):
    """What no file could hold is refused, and not quoted."""
    with pytest.raises(ForeignEntryError) as foreign:
        aws.parse_token({**aws.token_document(token), "other": value}, SSO)
    assert "canary" not in str(foreign.value)
    with pytest.raises(ValueError, match="JSON"):
        aws.token_document(attrs.evolve(token, extra={"other": value}))


def test_a_mapping_that_contains_itself_is_foreign():
    """Endless nesting ends in an error, not in a crash."""
    endless: dict[str, object] = {}
    endless["more"] = endless
    with pytest.raises(ForeignEntryError):
        aws.plain(endless)


def test_registrations_keep_what_is_not_understood(registration: ClientRegistration):
    """Scopes, grant types and the rest come back as they were."""
    full = attrs.evolve(
        registration,
        scopes=("sso:account:access",),
        grant_types=("authorization_code", "refresh_token"),
        extra={"receivedAt": "2020-01-01T00:00:00Z"},
    )
    document = aws.registration_document(full)
    assert list(document) == [
        "clientId",
        "clientSecret",
        "expiresAt",
        "scopes",
        "grantTypes",
        "receivedAt",
    ]
    assert aws.parse_registration(document) == full


@pytest.mark.parametrize("value", ["authorization_code", [1], {}, None])
def test_scopes_and_grant_types_of_another_shape_count_as_absent(
    registration: ClientRegistration, value: object
):
    """A list of strings is what the AWS CLI writes; anything else says nothing."""
    document = {**aws.registration_document(registration), "scopes": value, "grantTypes": value}
    assert aws.parse_registration(document) == registration


@pytest.mark.parametrize("member", ["clientId", "clientSecret", "expiresAt"])
def test_a_registration_without_its_essentials_is_foreign(
    registration: ClientRegistration, member: str
):
    """All three members are needed to use a client."""
    document = aws.registration_document(registration)
    del document[member]
    with pytest.raises(ForeignEntryError, match=member):
        aws.parse_registration(document)


def test_role_credentials_are_written_as_botocore_does(
    key: CredentialKey, credential: RoleCredential
):
    """The document is botocore's, and comes back; the CLI 2.9 one without AccountId too."""
    document = aws.credential_document(credential)
    assert json.dumps(document) == (
        '{"ProviderType": "sso", "Credentials": {"AccessKeyId": "canary-id", '
        '"SecretAccessKey": "canary-secret", "SessionToken": "canary-session", '
        '"Expiration": "2030-01-01T01:00:00Z", "AccountId": "012345678901"}}'
    )
    assert aws.parse_credential(document, key) == credential
    del document["Credentials"]["AccountId"]
    frozen = types.MappingProxyType(document["Credentials"])
    assert aws.parse_credential(types.MappingProxyType({"Credentials": frozen}), key) == credential
    assert aws.plain({"nested": frozen}) == {"nested": document["Credentials"]}


def test_keys_of_another_account_are_foreign(key: CredentialKey, credential: RoleCredential):
    """An entry that was copied under another name is never handed out."""
    stray = attrs.evolve(credential, account_id="999999999999")
    with pytest.raises(ForeignEntryError, match="AccountId"):
        aws.parse_credential(aws.credential_document(stray), key)


@pytest.mark.parametrize("member", ["AccessKeyId", "SecretAccessKey", "SessionToken", "Expiration"])
def test_role_credentials_without_their_essentials_are_foreign(
    key: CredentialKey, credential: RoleCredential, member: str
):
    """Half a key is no key."""
    document = aws.credential_document(credential)
    del document["Credentials"][member]
    with pytest.raises(ForeignEntryError, match=member):
        aws.parse_credential(document, key)


def test_every_kind_of_document_tells_its_expiry(
    token: Token, registration: ClientRegistration, credential: RoleCredential
):
    """The expiry is found wherever the kind of document has it."""
    assert aws.expiry_of(aws.token_document(token)) == token.expires_at
    assert aws.expiry_of(aws.registration_document(registration)) == registration.expires_at
    assert aws.expiry_of(aws.credential_document(credential)) == credential.expires_at
    for foreign in ({}, {"Credentials": None}, {"expiresAt": 1}):
        with pytest.raises(ForeignEntryError):
            aws.expiry_of(foreign)


@given(ANY_JSON | ALMOST)
def test_any_json_is_an_entry_or_foreign(document: object):
    """No content of a file makes anything but an entry or ForeignEntryError."""
    for parse in (
        lambda: aws.parse_token(document, SSO),
        lambda: aws.parse_registration(document),
        lambda: aws.parse_credential(document, KEY),
    ):
        try:
            entry = parse()
        except ForeignEntryError:
            continue
        assert "canary" not in repr(entry)
