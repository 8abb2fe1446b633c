"""Which flow fits which machine."""

from __future__ import annotations

from typing import Any

import attrs
import pytest

from ssokit.domain.flow import (
    Flow,
    LoginEnvironment,
    choose_flow,
    parse_flow,
    why_device_code,
)

_LINUX = LoginEnvironment(variables={"DISPLAY": ":0"}, system="linux")


@pytest.mark.parametrize(
    "desktop",
    [
        _LINUX,
        LoginEnvironment(variables={"WAYLAND_DISPLAY": "wayland-0"}, system="linux"),
        LoginEnvironment(variables={"DISPLAY": ":0"}, system="freebsd14"),
        LoginEnvironment(variables={}, system="darwin"),
        LoginEnvironment(variables={}, system="win32"),
        LoginEnvironment(variables={}, system="linux", in_wsl=True),
        LoginEnvironment(variables={"CI": "false", "AWS_SSO_DISABLE_BROWSER": "0"}, system="win32"),
    ],
    ids=["X11", "Wayland", "BSD", "macOS", "Windows", "WSL with a browser", "switched off"],
)
def test_desktops_have_the_authorization_code(desktop: LoginEnvironment):
    """Where a browser can be opened on this machine, it is."""
    assert choose_flow(desktop) is Flow.AUTHORIZATION_CODE
    assert why_device_code(desktop) is None


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"in_container": True}, "container"),
        ({"in_notebook": True}, "notebook"),
        ({"has_browser": False}, "no browser"),
        ({"in_wsl": True, "has_browser": False}, "no browser"),
        ({"variables": {}}, "no display"),
        ({"variables": {"DISPLAY": ""}}, "no display"),
    ],
)
def test_machines_without_a_desktop_have_the_device_code(changes: dict[str, Any], reason: str):
    """Containers, notebooks, machines without display or browser: and it is said why."""
    environment = attrs.evolve(_LINUX, **changes)
    assert choose_flow(environment) is Flow.DEVICE_CODE
    assert reason in str(why_device_code(environment))


@pytest.mark.parametrize(
    ("variable", "value", "reason"),
    [
        ("AWS_SSO_DISABLE_BROWSER", "1", "AWS_SSO_DISABLE_BROWSER"),
        ("AWS_SSO_DISABLE_BROWSER", "True", "AWS_SSO_DISABLE_BROWSER"),
        ("SSH_CONNECTION", "192.0.2.1 5 192.0.2.2 22", "SSH"),
        ("SSH_TTY", "/dev/pts/1", "SSH"),
        ("CI", "true", "build"),
        ("GITHUB_ACTIONS", "true", "build"),
        ("JENKINS_URL", "https://ci.example.com", "build"),
        ("CODEBUILD_BUILD_ID", "build:1", "build"),
        ("container", "podman", "container"),
        ("KUBERNETES_SERVICE_HOST", "192.0.2.1", "container"),
        ("AWS_LAMBDA_FUNCTION_NAME", "report", "container"),
        ("CODESPACES", "true", "remote"),
        ("AWS_EXECUTION_ENV", "CloudShell", "remote"),
        ("JUPYTERHUB_USER", "alice", "notebook"),
        ("JPY_PARENT_PID", "1", "notebook"),
    ],
)
def test_variables_tell_what_a_display_hides(variable: str, value: str, reason: str):
    """A forwarded or virtual display is no desktop: the person's browser is elsewhere."""
    environment = attrs.evolve(_LINUX, variables={"DISPLAY": ":0", variable: value})
    assert choose_flow(environment) is Flow.DEVICE_CODE
    assert reason in str(why_device_code(environment))


@pytest.mark.parametrize("flow", [*Flow, *(flow.value for flow in Flow), None])
def test_callers_name_flows(flow: Flow | str | None):
    """A flow, its name, or nothing."""
    parsed = parse_flow(flow)
    assert parsed in (flow, Flow(flow) if flow else None)


@pytest.mark.parametrize("flow", ["", "pkce", "DEVICE_CODE"])
def test_unknown_flows_are_refused(flow: str):
    """The message names the flows that there are."""
    with pytest.raises(ValueError, match="'device_code' or 'authorization_code'"):
        parse_flow(flow)


@pytest.mark.parametrize("flow", [True, 1, b"device_code"])
def test_flows_of_another_type_are_refused(flow: Any):
    """What is no flow is told by its type."""
    with pytest.raises(TypeError, match=type(flow).__name__):
        parse_flow(flow)
