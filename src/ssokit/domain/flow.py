"""Which way of logging in fits a machine."""

from __future__ import annotations

import enum
from collections.abc import Mapping

import attrs

_BY_VARIABLE: Mapping[str, tuple[str, ...]] = {
    "this is an SSH session": ("SSH_CONNECTION", "SSH_CLIENT", "SSH_TTY"),
    "this is a build": (
        "BUILDKITE",
        "CI",
        "CODEBUILD_BUILD_ID",
        "GITHUB_ACTIONS",
        "GITLAB_CI",
        "JENKINS_URL",
        "TEAMCITY_VERSION",
        "TF_BUILD",
    ),
    "this is a container": (
        "AWS_LAMBDA_FUNCTION_NAME",
        "ECS_CONTAINER_METADATA_URI_V4",
        "KUBERNETES_SERVICE_HOST",
        "REMOTE_CONTAINERS",
        "container",
    ),
    "this workplace is remote": (
        "C9_PID",
        "CLOUD_SHELL",
        "CODESPACES",
        "GITPOD_WORKSPACE_ID",
    ),
    "this is a notebook": ("COLAB_RELEASE_TAG", "JPY_PARENT_PID", "JUPYTERHUB_USER"),
}
_WINDOWED = ("darwin", "win32", "cygwin")


class Flow(enum.Enum):
    """How a person logs in."""

    DEVICE_CODE = "device_code"
    """On any device, by comparing a code (RFC 8628)."""

    AUTHORIZATION_CODE = "authorization_code"
    """In a browser on this machine, without any code (RFC 6749 with PKCE, RFC 8252)."""


@attrs.frozen(kw_only=True)
class LoginEnvironment:
    """What is known about the machine, and about the way in which the program runs there.

    Attributes:
        variables: The environment variables.
        system: The operating system, as ``sys.platform`` has it.
        in_container: Whether this is a container.
        in_wsl: Whether this is the Windows Subsystem for Linux.
        in_notebook: Whether the program is the kernel of a notebook.
        has_browser: Whether there is a graphical browser that a program can open.
    """

    variables: Mapping[str, str]
    system: str
    in_container: bool = False
    in_wsl: bool = False
    in_notebook: bool = False
    has_browser: bool = True


def choose_flow(environment: LoginEnvironment) -> Flow:
    """Choose the authorization code on a desktop, the device code everywhere else.

    The device code works wherever there is a person with a browser; the authorization code
    needs that browser on this very machine, and is safer for it: nobody can be talked into
    approving the login of somebody else.
    """
    if why_device_code(environment) is None:
        return Flow.AUTHORIZATION_CODE
    return Flow.DEVICE_CODE


def why_device_code(environment: LoginEnvironment) -> str | None:
    """Say what speaks against the authorization code; None on a desktop."""
    variables = environment.variables
    if variables.get("AWS_SSO_DISABLE_BROWSER", "").lower() in ("1", "true"):
        return "AWS_SSO_DISABLE_BROWSER is set"
    for reason, names in _BY_VARIABLE.items():
        if any(variables.get(name, "").lower() not in ("", "0", "false") for name in names):
            return reason
    if variables.get("AWS_EXECUTION_ENV", "") == "CloudShell":
        return "this workplace is remote"
    if environment.in_container:
        return "this is a container"
    if environment.in_notebook:
        return "this is a notebook"
    return _why_no_browser(environment)


def parse_flow(flow: Flow | str | None) -> Flow | None:
    """Check a caller's choice; None leaves it to ssokit.

    Raises:
        TypeError: It is neither a `Flow` nor a str.
        ValueError: There is no such flow.
    """
    if flow is None or isinstance(flow, Flow):
        return flow
    if not isinstance(flow, str):
        raise TypeError(f"flow must be a Flow, its name or None, not {type(flow).__name__}")
    try:
        return Flow(flow)
    except ValueError:
        names = " or ".join(repr(known.value) for known in Flow)
        raise ValueError(f"flow must be {names}, not {flow[:80]!r}") from None


def _why_no_browser(environment: LoginEnvironment) -> str | None:
    shown = any(environment.variables.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))
    # A browser of Windows needs no display of Linux.
    windowed = environment.system in _WINDOWED or environment.in_wsl
    if not shown and not windowed:
        return "there is no display"
    return None if environment.has_browser else "there is no browser to open"
