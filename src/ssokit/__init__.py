"""Use AWS IAM Identity Center from programs. Each name loads its module on first use."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ssokit.access_lists import list_available_accounts, list_available_roles
    from ssokit.adapters.notifiers.this_environment import this_environment
    from ssokit.administration import list_assignments, list_user_assignments, plan_assignments
    from ssokit.api import get_boto3_session, login
    from ssokit.domain.accounts import Account, Role
    from ssokit.domain.assignment_plan import Strategy
    from ssokit.domain.assignments import Assignment, Principal
    from ssokit.domain.assurance import Assurance
    from ssokit.domain.authorization_request import AuthorizationRequest
    from ssokit.domain.client_metadata import ClientMetadata
    from ssokit.domain.coverage import Coverage, Gap
    from ssokit.domain.device_authorization import DeviceAuthorization
    from ssokit.domain.errors import (
        AccessDeniedError,
        AuthDispatchError,
        AuthenticationNeededError,
        AuthorizationDeniedError,
        ClientRejectedError,
        ConfigFileError,
        CredentialsRejectedError,
        InvalidResponseError,
        InvalidSSOConfigError,
        LoginCancelledError,
        LoginError,
        MissingExtraError,
        NotEnoughTimeError,
        NotFoundError,
        PendingAuthorizationExpiredError,
        RedirectListenerError,
        ServiceError,
        ServiceUnavailableError,
        SignInSessionEndedError,
        SsokitError,
        StoreError,
        StoreKeyError,
        StoreLeaseLostError,
        StoreLockTimeoutError,
        StoreUnavailableError,
        ThrottledError,
        TokenRejectedError,
        WrongRegionError,
    )
    from ssokit.domain.flow import Flow, LoginEnvironment, choose_flow
    from ssokit.domain.login_progress import LoginEvent, LoginState
    from ssokit.domain.logout_result import LogoutResult, LogoutSummary
    from ssokit.domain.planned_calls import AssignmentPlan, PlannedCalls
    from ssokit.domain.redaction import SecretFilter
    from ssokit.domain.renewal_failure import FailureKind, RenewalFailure
    from ssokit.domain.role_credential import CredentialKey, RoleCredential
    from ssokit.domain.sso_profile import SsoProfile
    from ssokit.domain.sso_session import SsoSession
    from ssokit.domain.tokens import ClientRegistration, Token
    from ssokit.domain.user_assignments import UserAssignment
    from ssokit.identity_center import IdentityCenter
    from ssokit.signing_out import logout, logout_all
    from ssokit.usecases.list_assignments import AssignmentListing
    from ssokit.usecases.list_user_assignments import UserAssignmentListing
    from ssokit.usecases.login_in_progress import LoginInProgress

_HOMES = {
    "AccessDeniedError": "domain.errors",
    "Account": "domain.accounts",
    "Assignment": "domain.assignments",
    "AssignmentListing": "usecases.list_assignments",
    "AssignmentPlan": "domain.planned_calls",
    "Assurance": "domain.assurance",
    "AuthDispatchError": "domain.errors",
    "AuthenticationNeededError": "domain.errors",
    "AuthorizationDeniedError": "domain.errors",
    "AuthorizationRequest": "domain.authorization_request",
    "ClientMetadata": "domain.client_metadata",
    "ClientRegistration": "domain.tokens",
    "ClientRejectedError": "domain.errors",
    "ConfigFileError": "domain.errors",
    "Coverage": "domain.coverage",
    "CredentialKey": "domain.role_credential",
    "CredentialsRejectedError": "domain.errors",
    "DeviceAuthorization": "domain.device_authorization",
    "FailureKind": "domain.renewal_failure",
    "Flow": "domain.flow",
    "Gap": "domain.coverage",
    "IdentityCenter": "identity_center",
    "InvalidResponseError": "domain.errors",
    "InvalidSSOConfigError": "domain.errors",
    "LoginCancelledError": "domain.errors",
    "LoginEnvironment": "domain.flow",
    "LoginError": "domain.errors",
    "LoginEvent": "domain.login_progress",
    "LoginInProgress": "usecases.login_in_progress",
    "LoginState": "domain.login_progress",
    "LogoutResult": "domain.logout_result",
    "LogoutSummary": "domain.logout_result",
    "MissingExtraError": "domain.errors",
    "NotEnoughTimeError": "domain.errors",
    "NotFoundError": "domain.errors",
    "PendingAuthorizationExpiredError": "domain.errors",
    "PlannedCalls": "domain.planned_calls",
    "Principal": "domain.assignments",
    "RedirectListenerError": "domain.errors",
    "RenewalFailure": "domain.renewal_failure",
    "Role": "domain.accounts",
    "RoleCredential": "domain.role_credential",
    "SecretFilter": "domain.redaction",
    "ServiceError": "domain.errors",
    "ServiceUnavailableError": "domain.errors",
    "SignInSessionEndedError": "domain.errors",
    "SsoProfile": "domain.sso_profile",
    "SsoSession": "domain.sso_session",
    "SsokitError": "domain.errors",
    "StoreError": "domain.errors",
    "StoreKeyError": "domain.errors",
    "StoreLeaseLostError": "domain.errors",
    "StoreLockTimeoutError": "domain.errors",
    "StoreUnavailableError": "domain.errors",
    "Strategy": "domain.assignment_plan",
    "ThrottledError": "domain.errors",
    "Token": "domain.tokens",
    "TokenRejectedError": "domain.errors",
    "UserAssignment": "domain.user_assignments",
    "UserAssignmentListing": "usecases.list_user_assignments",
    "WrongRegionError": "domain.errors",
    "choose_flow": "domain.flow",
    "get_boto3_session": "api",
    "list_assignments": "administration",
    "list_available_accounts": "access_lists",
    "list_available_roles": "access_lists",
    "list_user_assignments": "administration",
    "login": "api",
    "logout": "signing_out",
    "logout_all": "signing_out",
    "plan_assignments": "administration",
    "this_environment": "adapters.notifiers.this_environment",
}

__all__ = [
    "AccessDeniedError",
    "Account",
    "Assignment",
    "AssignmentListing",
    "AssignmentPlan",
    "Assurance",
    "AuthDispatchError",
    "AuthenticationNeededError",
    "AuthorizationDeniedError",
    "AuthorizationRequest",
    "ClientMetadata",
    "ClientRegistration",
    "ClientRejectedError",
    "ConfigFileError",
    "Coverage",
    "CredentialKey",
    "CredentialsRejectedError",
    "DeviceAuthorization",
    "FailureKind",
    "Flow",
    "Gap",
    "IdentityCenter",
    "InvalidResponseError",
    "InvalidSSOConfigError",
    "LoginCancelledError",
    "LoginEnvironment",
    "LoginError",
    "LoginEvent",
    "LoginInProgress",
    "LoginState",
    "LogoutResult",
    "LogoutSummary",
    "MissingExtraError",
    "NotEnoughTimeError",
    "NotFoundError",
    "PendingAuthorizationExpiredError",
    "PlannedCalls",
    "Principal",
    "RedirectListenerError",
    "RenewalFailure",
    "Role",
    "RoleCredential",
    "SecretFilter",
    "ServiceError",
    "ServiceUnavailableError",
    "SignInSessionEndedError",
    "SsoProfile",
    "SsoSession",
    "SsokitError",
    "StoreError",
    "StoreKeyError",
    "StoreLeaseLostError",
    "StoreLockTimeoutError",
    "StoreUnavailableError",
    "Strategy",
    "ThrottledError",
    "Token",
    "TokenRejectedError",
    "UserAssignment",
    "UserAssignmentListing",
    "WrongRegionError",
    "__version__",
    "choose_flow",
    "get_boto3_session",
    "list_assignments",
    "list_available_accounts",
    "list_available_roles",
    "list_user_assignments",
    "login",
    "logout",
    "logout_all",
    "plan_assignments",
    "this_environment",
]


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from importlib.metadata import version  # noqa: PLC0415 - it costs what attrs costs

        value: Any = version("ssokit")
    elif name in _HOMES:
        value = getattr(importlib.import_module(f"ssokit.{_HOMES[name]}"), name)
    else:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
