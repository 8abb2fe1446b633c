"""``ssokit credentials`` and ``exec`` as processes, on a terminal and in a pipe."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from commands import PATIENCE, SSOKIT, Shell, assert_paragraph

_ROLE = ("--account", "444455556666", "--role", "Developer")
_STALE = {
    "AWS_PROFILE": "there-is-none",
    "AWS_ACCESS_KEY_ID": "stale",
    "AWS_SESSION_TOKEN": "stale",
    "AWS_SECURITY_TOKEN": "stale",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://127.0.0.1:9/",
}


def _needs(program: str) -> str:
    found = shutil.which(program, path="/usr/bin:/bin")
    if not found:
        reason = f"real component missing: {program}"
        if os.environ.get("SSOKIT_REQUIRE_REAL_COMPONENTS"):
            pytest.fail(reason)
        pytest.skip(reason)
    return found


def test_credentials_in_a_pipe(shell: Shell):
    """Stdout is one JSON object in the form of credential_process, and nothing else."""
    shell.log_in()
    ended = shell.pipe("credentials", *shell.instance, *_ROLE)
    assert ended.code == 0
    keys = json.loads(ended.out)
    assert keys["Version"] == 1
    assert keys["Expiration"].endswith("Z")
    assert {"AccessKeyId", "SecretAccessKey", "SessionToken"} <= set(keys)
    assert keys["SecretAccessKey"] not in ended.err


def test_credentials_on_a_terminal(shell: Shell):
    """Keys are shown to a person only if they ask for that."""
    shell.log_in()
    ended = shell.on_terminal("credentials", *shell.instance, *_ROLE)
    assert ended.code == 2
    assert "AccessKeyId" not in ended.out
    ended = shell.on_terminal("credentials", *shell.instance, *_ROLE, "--show", "--quiet")
    assert json.loads(ended.out)["Version"] == 1


def test_credentials_for_a_shell(shell: Shell):
    """A shell that evaluates the output has the keys, and the region."""
    shell.log_in()
    options = [*shell.instance, *_ROLE, "--export", "sh", "--region", "eu-west-1"]
    script = f'eval "$({shlex.join([*SSOKIT, "credentials", *options])})" && env'
    done = subprocess.run(
        ["/bin/sh", "-c", script],
        env=shell.environment,
        capture_output=True,
        text=True,
        check=True,
        timeout=PATIENCE,
    )
    seen = dict(line.split("=", 1) for line in done.stdout.splitlines() if "=" in line)
    assert seen["AWS_ACCESS_KEY_ID"].startswith("ASIA")
    assert seen["AWS_REGION"] == seen["AWS_DEFAULT_REGION"] == "eu-west-1"


@pytest.mark.parametrize("form", ["credentials", "exec"])
def test_a_role_that_is_not_granted(shell: Shell, form: str):
    """The paragraph names the roles that the person has in the account."""
    shell.log_in()
    role = ("--account", "444455556666", "--role", "Administrator")
    command = ["true"] if form == "exec" else []
    ended = shell.pipe(form, *shell.instance, *role, *command)
    assert_paragraph(ended, 4, "Administrator", "444455556666", "Developer, ReadOnly")


def _credential_process_profile(shell: Shell) -> None:
    command = shlex.join([*SSOKIT, "credentials", *shell.instance, *_ROLE])
    folder = shell.home / ".aws"
    folder.mkdir(exist_ok=True)
    (folder / "config").write_text(
        f"[profile dev]\ncredential_process = {command}\nregion = us-east-1\n"
    )


def test_the_aws_cli_takes_keys_from_here(shell: Shell):
    """Debian's aws with credential_process acts as the role, and says so."""
    aws = _needs("aws")
    shell.log_in()
    _credential_process_profile(shell)
    url = shell.environment["AWS_ENDPOINT_URL_STS"]
    done = subprocess.run(
        [aws, "sts", "get-caller-identity", "--profile", "dev", "--endpoint-url", url],
        env={**shell.environment, "AWS_PAGER": ""},
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )
    assert done.returncode == 0, done.stderr
    identity = json.loads(done.stdout)
    assert identity["Account"] == "444455556666"
    assert "AWSReservedSSO_Developer_" in identity["Arn"]


_WHO = """
import boto3, json
identity = boto3.Session({profile}).client("sts", region_name="us-east-1").get_caller_identity()
print(json.dumps([identity["Account"], identity["Arn"]]))
"""


def test_boto3_takes_keys_from_here(shell: Shell):
    """boto3 with credential_process acts as the role."""
    shell.log_in()
    _credential_process_profile(shell)
    done = subprocess.run(
        [sys.executable, "-c", _WHO.format(profile="profile_name='dev'")],
        env=shell.environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )
    assert done.returncode == 0, done.stderr
    account, arn = json.loads(done.stdout)
    assert account == "444455556666"
    assert "AWSReservedSSO_Developer_" in arn


def test_exec_in_a_pipe(shell: Shell):
    """boto3 in the command acts as the role, whatever stale settings are around."""
    shell.log_in()
    shell.environment |= _STALE
    command = [sys.executable, "-c", _WHO.format(profile="")]
    ended = shell.pipe("exec", *shell.instance, *_ROLE, "--", *command)
    assert ended.code == 0, ended.err
    assert json.loads(ended.out)[0] == "444455556666"
    assert "Running" in ended.err
    assert "as Developer in 444455556666, until " in ended.err


def test_exec_replaces_what_is_stale(shell: Shell):
    """Nothing that leads to other keys is left in the environment; the rest is."""
    shell.log_in()
    shell.environment |= {**_STALE, "MY_OWN": "kept"}
    options = [*shell.instance, *_ROLE, "--region", "eu-west-1"]
    ended = shell.pipe("exec", *options, "env")
    seen = dict(line.split("=", 1) for line in ended.out.splitlines())
    assert "stale" not in seen.values()
    assert not {*_STALE} & {*seen} - {"AWS_ACCESS_KEY_ID", "AWS_SESSION_TOKEN"}
    assert (seen["AWS_REGION"], seen["MY_OWN"]) == ("eu-west-1", "kept")


def test_exec_passes_the_exit_code_on(shell: Shell):
    """Arguments that look like options are the command's own, and so is its exit code."""
    shell.log_in()
    ended = shell.pipe("exec", "-q", *shell.instance, *_ROLE, "sh", "-c", "exit 42")
    assert (ended.code, ended.out, ended.err) == (42, "", "")


def test_exec_on_a_terminal(shell: Shell):
    """The command has the terminal, and gets Ctrl-C itself."""
    shell.log_in()
    script = (
        "trap 'echo interrupted; exit 9' INT; test -t 0 && echo ready; while :; do sleep 1; done"
    )
    with shell.terminal("exec", *shell.instance, *_ROLE, "sh", "-c", script) as terminal:
        terminal.wait_for("ready\n")
        terminal.press_ctrl_c()
        ended = terminal.end()
    assert (ended.code, ended.error.removeprefix("^C")) == (9, "interrupted")


def test_a_pipe_in_exec_breaks_as_usual(shell: Shell):
    """The command does not inherit that Python ignores SIGPIPE."""
    shell.log_in()
    script = "yes | head -n 1"
    ended = shell.pipe("exec", "-q", *shell.instance, *_ROLE, "sh", "-c", script)
    assert (ended.code, ended.out, ended.err) == (0, "y\n", "")


def test_exec_of_what_cannot_be_run(shell: Shell, tmp_path: Path):
    """It is found out before any call, where possible; what is there is told from what is not."""
    shell.log_in()
    before = len(shell.center.requests)
    ended = shell.pipe("exec", *shell.instance, *_ROLE, "there-is-no-such-program")
    assert_paragraph(ended, 127, "there-is-no-such-program")
    garbage = tmp_path / "garbage"
    garbage.write_bytes(b"\x00\x01")
    for path, advice in ((garbage, "chmod +x"), (tmp_path, "folder")):
        ended = shell.pipe("exec", *shell.instance, *_ROLE, str(path))
        assert_paragraph(ended, 126, "cannot be run", advice)
    assert len(shell.center.requests) == before
    garbage.chmod(0o700)
    ended = shell.pipe("exec", *shell.instance, *_ROLE, str(garbage))
    assert_paragraph(ended, 126, "cannot be run")
