"""``ssokit assignments``, in this process: what can be asked, and what is refused."""

from __future__ import annotations

import csv
import io
import json
import os
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ssokit.cli.app import ssokit
from ssokit.cli.assignment_output import AssignmentOutput
from ssokit.cli.assignment_reading import AssignmentReading
from ssokit.cli.instance import Instance
from ssokit.domain.coverage import Coverage, Gap
from ssokit.domain.errors import AccessDeniedError
from ssokit.domain.sso_session import SsoSession
from ssokit.stores import FileStore
from ssokit.testing import (
    AwsError,
    FakeIdentityCenter,
    Fault,
    Meanwhile,
    access_rows,
    assignment_rows,
)


@pytest.fixture
def center(
    identity_center: FakeIdentityCenter, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> FakeIdentityCenter:
    """Give an Identity Center, and an administrator's keys in the environment."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "canary")
    monkeypatch.setenv("AWS_REGION", identity_center.region)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    return identity_center


def _run(*options: str, fast: bool = True) -> Result:
    rate = ("--rate", "100000") if fast else ()
    return CliRunner().invoke(ssokit, ["assignments", *rate, *options])


def _rows(result: Result) -> list[dict[str, str]]:
    assert result.exit_code == 0, result.stderr
    return list(csv.DictReader(io.StringIO(result.stdout)))


@pytest.mark.usefixtures("center")
def test_permission_sets_by_name_and_by_arn(center: FakeIdentityCenter):
    """A permission set can be named by ARN, by id, or by a pattern of its name."""
    sets = center.organization.permission_sets
    arn = sets["Developer"].arn
    expected = {row[5] for row in assignment_rows(center.organization)}
    assert {row["permission_set_name"] for row in _rows(_run())} == expected
    for spec in (arn, arn.rpartition("/")[2], "dev*"):
        rows = _rows(_run("--permission-set", spec))
        assert {row["permission_set_name"] for row in rows} == {"Developer"}
    both = _rows(_run("--permission-set", arn, "--permission-set", "ReadOnly"))
    assert {row["permission_set_name"] for row in both} == {"Developer", "ReadOnly"}


def test_principals(center: FakeIdentityCenter):
    """Users and groups can be named by id, by type and id, or by a pattern of their names."""
    truth = list(assignment_rows(center.organization))
    kind, who, name = truth[0][1:4]
    for spec in (who, f"{kind.lower()}:{who}"):
        assert {row["principal_id"] for row in _rows(_run("--principal", spec))} == {who}
    found = _rows(_run("--principal-name", str(name).upper(), "--no-names"))
    assert {row["principal_id"] for row in found} == {who}
    groups = _rows(_run("--principal-type", "group"))
    assert {row["principal_type"] for row in groups} == {"GROUP"}


def test_users_by_name(center: FakeIdentityCenter):
    """With --users, names are those of users, also of those who have it through a group."""
    [alice] = {u.user_id for u in center.organization.users.values() if u.user_name == "alice"}
    rows = _rows(_run("--users", "--principal-name", "ali*"))
    truth = [row for row in access_rows(center.organization) if row[0] == alice]
    assert [row["user_id"] for row in rows] == [alice] * len(truth)
    table = _run("--users", "--table", "--no-names", "--principal-name", "alice")
    assert table.stdout.split()[:3] == ["User", "Account", "Name"]


def test_nothing_that_was_asked_for(center: FakeIdentityCenter):
    """A name that nothing has gives no rows, and that is said; an empty one is refused."""
    result = _run("--permission-set", "Nope")
    assert _rows(result) == []
    assert result.stderr.endswith("There is no assignment that was asked for.\n")
    assert _run("--permission-set", "Nope", "--quiet").stderr == ""
    for option in ("--permission-set", "--principal-name", "--account", "--role"):
        assert _run(option, "").exit_code == 2
    assert center.calls("ListAccountAssignments") == 0


def test_the_plan_as_json(center: FakeIdentityCenter):
    """Programs can read what would be called; nothing else is."""
    result = _run("--plan-only", "--json")
    plan = json.loads(result.stdout)
    assert plan["strategy"] == "BY_PERMISSION_SET"
    assert {calls["service"] for calls in plan["calls"]} >= {"sso-admin", "organizations"}
    assert not center.calls("ListAccountAssignments")


def test_a_page_alone(center: FakeIdentityCenter, tmp_path: Path):
    """With --html the rows are in the page, which says who asked for what."""
    result = _run("--html", str(tmp_path / "page"), "--permission-set", "Developer", "--plan")
    assert (result.exit_code, result.stdout) == (0, "")
    assert "rows are in" in result.stderr
    page = (tmp_path / "page").read_text()
    assert '["As","the keys in the environment"],["Permission sets","Developer"]' in page
    assert center.organization.instance_arn in page
    none = _run("--html", str(tmp_path / "none"), "--permission-set", "no such", "--quiet")
    assert (none.exit_code, none.stderr) == (0, "")


def test_many_gaps(capsys: pytest.CaptureFixture[str]):
    """The first gaps are told, in one line each, and how many more there are."""
    gap = Gap("account 111122223333", AccessDeniedError("refused\nby \x1b[31m"))
    reading = AssignmentReading(instance=Instance(), resume=None, users=False, user_names=())
    reading.coverage = Coverage(read=1, finished=True, gaps=(gap,) * 25)
    output = AssignmentOutput(form=None, html=None, users=False, quiet=True)
    with pytest.raises(SystemExit) as end:
        output.finish(reading, asked=[])
    assert end.value.code == 6
    told = capsys.readouterr().err.splitlines()
    assert told[0] == "Not complete: 25 could not be read."
    assert told[1:-1] == ["  account 111122223333: refused\\nby \\x1b[31m"] * 20
    assert told[-1] == "  and 5 more"


def test_rows_that_may_be_missing_are_told(center: FakeIdentityCenter):
    """A way that misses rows of deleted principals, as was allowed, is told, and no failure."""
    result = _run("--skip-deleted", "--strategy", "by-principal")
    assert result.exit_code == 0
    assert "no longer exist were not looked for" in result.stderr
    assert _run("--skip-deleted", "--strategy", "by-principal", "--quiet").stderr == ""
    assert center.calls("ListAccountAssignmentsForPrincipal")


@pytest.mark.usefixtures("center")
@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--target", "x"], "target 'x' is malformed"),
        (["--strategy", "by-principal"], "may miss"),
        (["--rate", "0"], "rate"),
        (["--profile", "nobody"], "nobody"),
        (["--html", "no/such/folder/page.html"], "is there such a folder"),
        (["--resume", os.devnull], "is no file"),
        (["--region", "no where"], "no where"),
    ],
)
def test_what_cannot_work(options: list[str], words: str):
    """It is refused in one paragraph."""
    result = _run(*options, fast="--rate" not in options)
    assert result.exit_code == 2
    assert words in " ".join(result.stderr.split())


def test_without_keys_or_region(center: FakeIdentityCenter, monkeypatch: pytest.MonkeyPatch):
    """What is missing is named."""
    monkeypatch.delenv("AWS_REGION")
    assert "which region" in _run().stderr
    assert _run("--region", center.region).exit_code == 0
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    assert "there are no AWS keys to use" in _run("--region", center.region).stderr


@pytest.mark.parametrize("named", [True, False])
def test_a_profile_of_identity_center(
    center: FakeIdentityCenter,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    named: bool,  # noqa: FBT001
):
    """A profile with a role of the login is used through ssokit, named or from the environment."""
    (tmp_path / "config").write_text(
        f"[profile work]\nsso_start_url = {center.start_url}\nsso_region = {center.region}\n"
        "sso_account_id = 444455556666\nsso_role_name = Developer\n"
    )
    FileStore(tmp_path / ".aws" / "sso" / "cache").save_token(
        SsoSession(center.start_url, center.region), center.sign_in("alice")
    )
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.setenv("AWS_PROFILE", "nothing" if named else "work")
    result = _run("--plan-only", *(("--profile", "work") if named else ()))
    assert result.exit_code == 0
    assert "(profile work)" in result.stderr


@pytest.mark.usefixtures("center")
@pytest.mark.parametrize("text", ["", "[]", '{"ssokit": 1, "checkpoint": 7, "rows": []}', "{}"])
def test_a_file_that_is_something_else(tmp_path: Path, text: str):
    """A file of the person's own is not taken for a saved listing, and not overwritten."""
    (tmp_path / "mine").write_text(text)
    result = _run("--resume", str(tmp_path / "mine"))
    assert result.exit_code == 2
    assert "name another file" in result.stderr
    assert (tmp_path / "mine").read_text() == text


def test_a_page_that_cannot_be_written_in_the_end(center: FakeIdentityCenter, tmp_path: Path):
    """What was read is still saved then, and the next try reads nothing again."""
    saved, page = tmp_path / "saved", tmp_path / "page"
    made = Meanwhile(lambda: page.mkdir(exist_ok=True))
    center.faults.add(Fault("ListAccountAssignments", made, times=1))
    command = ("--resume", str(saved), "--html", str(page))
    assert _run(*command).exit_code == 1
    page.rmdir()
    calls = center.calls("ListAccountAssignments")
    assert _run(*command).exit_code == 0
    assert center.calls("ListAccountAssignments") == calls
    assert "Payments Production" in page.read_text()
    assert not saved.exists()


def test_deleted_principals_are_marked_in_the_page(center: FakeIdentityCenter, tmp_path: Path):
    """Who no longer exists is marked, also if that was found out before an interrupt."""
    [bob] = (u for u in center.organization.users.values() if u.user_name == "bob")
    center.delete_user("bob")
    page, saved = tmp_path / "page", tmp_path / "saved"
    mark = f'["USER","{bob.user_id}",null,true]'
    rows = list(assignment_rows(center.organization))
    [own] = {(row[7], row[4]) for row in rows if row[2] == bob.user_id}
    account_id, arn = next(pair for row in rows if (pair := (row[7], row[4])) != own)
    pair = {"AccountId": account_id, "PermissionSetArn": arn}
    refused = AwsError("AccessDeniedException")
    center.faults.add(Fault("ListAccountAssignments", refused, times=1, when=pair))
    for users in ([], ["--users"]):
        command = ("--html", str(page), "--resume", str(saved), *users)
        assert _run(*command).exit_code == (0 if users else 6)
        assert mark in page.read_text()
        assert _run(*command).exit_code == 0
        assert mark in page.read_text()


def test_users_are_resumed(center: FakeIdentityCenter, tmp_path: Path):
    """Rows of users are saved and go on likewise; another question is refused."""
    saved = tmp_path / "saved"
    center.faults.add(Fault("ListAccountAssignments", AwsError("AccessDeniedException"), times=1))
    assert _run("--users", "--resume", str(saved)).exit_code == 6
    for other in (["--users", "--principal-name", "a*"], ["--permission-set", "Dev*"]):
        refused = _run("--resume", str(saved), *other)
        assert refused.exit_code == 2
        assert "another question" in refused.stderr
    assert saved.exists()
    rows = _rows(_run("--users", "--resume", str(saved)))
    assert len(rows) == len(set(access_rows(center.organization)))
    assert not saved.exists()


def test_whose_keys_they_are(
    center: FakeIdentityCenter, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    """A profile with keys is named, and so is it if there is no profile at all."""
    keys = "aws_access_key_id = AKIAEXAMPLE\naws_secret_access_key = canary\n"
    (tmp_path / "config").write_text(f"[profile audit]\nregion = {center.region}\n{keys}")
    named = _run("--profile", "audit", "--plan-only")
    assert named.stderr == f"Using profile audit in {center.region}\n"
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    (tmp_path / "process").write_text(f"[default]\n{keys}")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "process"))
    assert "Using profile default" in _run("--plan-only").stderr
    (tmp_path / "legacy").write_text(f"[Credentials]\n{keys}")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("BOTO_CONFIG", str(tmp_path / "legacy"))
    assert "Using the keys of this machine" in _run("--plan-only").stderr
