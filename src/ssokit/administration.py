"""The administrators' functions, and where their adapters meet their use cases."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from ssokit import process_defaults
from ssokit.adapters.aws.assignment_directory import BotoAssignmentDirectory
from ssokit.domain.assignment_checkpoint import Checkpoint, parse_checkpoint
from ssokit.domain.assignment_plan import Strategy
from ssokit.domain.assignment_question import (
    PermissionSetFilter,
    PrincipalFilter,
    TargetFilter,
    check_callable,
    parse_question,
)
from ssokit.domain.planned_calls import AssignmentPlan
from ssokit.ports.assignment_directory import AssignmentDirectory
from ssokit.ports.clock import Clock
from ssokit.usecases.assignment_journal import Progress
from ssokit.usecases.list_assignments import AssignmentListing, ListAssignments
from ssokit.usecases.list_user_assignments import UserAssignmentListing

if TYPE_CHECKING:
    import boto3

# At 20 calls a second, three under way at once are enough for a latency of 150 ms.
_WORKERS = 8
_MOST_WORKERS = 64


def list_assignments(  # noqa: PLR0917 - the seed's signature
    session: boto3.Session,
    instance_arn: str | None = None,
    identity_store_id: str | None = None,
    principal: Any = None,
    principal_filter: PrincipalFilter | None = None,
    permission_set: str | Iterable[str] | None = None,
    permission_set_filter: PermissionSetFilter | None = None,
    target: Any = None,
    target_filter: TargetFilter | None = None,
    get_principal_names: bool = False,  # noqa: FBT001, FBT002
    get_permission_set_names: bool = False,  # noqa: FBT001, FBT002
    get_target_names: bool | None = False,  # noqa: FBT001, FBT002
    ou_recursive: bool = False,  # noqa: FBT001, FBT002
    *,
    principal_type: str | None = None,
    include_suspended: bool = True,
    skip_deleted_principals: bool = False,
    strategy: Strategy | None = None,
    raise_gaps: bool = False,
    progress: Progress | None = None,
    workers: int = _WORKERS,
    rate: float | None = None,
    checkpoint: str | None = None,
    directory: AssignmentDirectory | None = None,
    clock: Clock | None = None,
) -> AssignmentListing:
    """List who may use what: principals, permission sets and accounts, as an administrator.

    The way that takes the fewest calls is chosen, see `plan_assignments`. For each of the
    three there can be a specification, which is one item or an iterable of them, and a filter;
    both apply. None is no restriction; an empty iterable selects nothing. A filter is called
    once for each distinct thing, in the thread that iterates.

    Args:
        session: The boto3 session to use: of the management account, or of a delegated
            administrator, in the region of the instance.
        instance_arn: The ARN or the id of the instance; looked up if it is not given.
        identity_store_id: Its identity store; looked up if it is needed.
        principal: A principal id, or a pair of ``"USER"`` or ``"GROUP"`` and an id.
        principal_filter: Takes type, id and name, and tells whether the principal is wanted.
        permission_set: The ARN or the id of a permission set.
        permission_set_filter: Takes ARN and name.
        target: An account id, the id of an organizational unit or of the root, or a pair of
            ``"AWS_ACCOUNT"`` or ``"AWS_OU"`` and an id.
        target_filter: Takes ``"AWS_ACCOUNT"``, an account id and its name.
        get_principal_names: Whether principals are named.
        get_permission_set_names: Whether permission sets are named.
        get_target_names: Whether accounts that are given by id are named. Others are in any
            case, unless this is None: then no account is.
        ou_recursive: Whether a unit stands for the accounts in the units below it, too.
        principal_type: ``"USER"`` or ``"GROUP"``: only rows of that type.
        include_suspended: Whether accounts count that are suspended, closed or pending.
        skip_deleted_principals: Whether rows of users and groups that no longer exist may be
            missing. That allows to go by principal, where it takes fewer calls.
        strategy: The way to take; by default the one with the fewest calls.
        raise_gaps: Whether to end with an error where something cannot be read. By default
            the listing goes on, and says so in its ``coverage``.
        progress: Called after each part with the number of parts done, the number in all, and
            the seconds that are left.
        workers: How many calls are under way at once, 1 to 64.
        rate: The most calls of sso-admin a second, for all listings of this process from now
            on; 19 by default, for AWS allows 20. Others who use it need some of that.
        checkpoint: What ``checkpoint`` of an earlier listing gave, with the same arguments:
            parts that it finished are not read again. Filters have to be the same, too, which
            nobody checks.
        directory: Another source than the services of AWS; the session is not used then.
        clock: Another clock than the machine's.

    Returns:
        An iterator over `Assignment` tuples with a ``plan``, a ``coverage`` and a
        ``checkpoint``. Nothing is called before the first row, or the plan, is asked for.

    Raises:
        TypeError: An argument is of a wrong type.
        ValueError: An argument is malformed, or contradicts another.
    """
    question = parse_question(
        instance_arn=instance_arn,
        identity_store_id=identity_store_id,
        principal=principal,
        principal_type=principal_type,
        permission_set=permission_set,
        target=target,
        strategy=strategy,
        principal_filter=principal_filter,
        permission_set_filter=permission_set_filter,
        target_filter=target_filter,
        get_principal_names=get_principal_names,
        get_permission_set_names=get_permission_set_names,
        get_target_names=get_target_names,
        ou_recursive=ou_recursive,
        include_suspended=include_suspended,
        skip_deleted_principals=skip_deleted_principals,
    )
    start = Checkpoint(question=question.fingerprint)
    if checkpoint is not None:
        start = parse_checkpoint(checkpoint, question.fingerprint)
    check_callable("progress", progress)
    listing = ListAssignments(
        directory=_directory(session, directory),
        budgets=process_defaults.directory_budgets(clock, rate),
        workers=_checked_workers(workers),
        progress=progress,
        raise_gaps=raise_gaps,
    )
    return listing(question, start)


def plan_assignments(session: boto3.Session, *arguments: Any, **options: Any) -> AssignmentPlan:
    """Say what `list_assignments` would do with the same arguments, and what it would cost.

    It makes the calls that find accounts, permission sets and pairs, which are few beside the
    others. Of assignments it reads those of a few principals, if it comes to asking principals:
    that tells whether AWS answers, and what names there will be. Print the plan to see it as
    a table.

    Args:
        session: The boto3 session to use.
        *arguments: As for `list_assignments`.
        **options: As for `list_assignments`.

    Raises:
        TypeError: An argument is of a wrong type.
        ValueError: An argument is malformed, or the strategy may miss rows.
        InvalidSSOConfigError: There is no telling which instance is meant.
        ServiceError: The services failed.
    """
    listing = list_assignments(session, *arguments, **options)
    try:
        return listing.plan
    finally:
        listing.close()


def list_user_assignments(
    session: boto3.Session, *arguments: Any, **options: Any
) -> UserAssignmentListing:
    """List which users can use what, directly and through which groups.

    Users that are named as ``principal`` stand for themselves and for their groups; groups
    that are named stand for their members. Filters are asked about the principals that
    permission sets are assigned to. Each list of members is read once. Users that were
    deleted have assignments still, but no group lists them.

    Args:
        session: The boto3 session to use.
        *arguments: As for `list_assignments`.
        **options: As for `list_assignments`; ``checkpoint`` is that of a listing of users.

    Returns:
        An iterator over `UserAssignment` tuples, one for each way in which a user has a
        permission set in an account, with a ``plan``, a ``coverage`` and a ``checkpoint``.

    Raises:
        TypeError: An argument is of a wrong type.
        ValueError: An argument is malformed, or contradicts another.
    """
    checkpoint = options.pop("checkpoint", None)
    return UserAssignmentListing(list_assignments(session, *arguments, **options), checkpoint)


def _directory(session: Any, directory: AssignmentDirectory | None) -> AssignmentDirectory:
    if directory is not None:
        return directory
    if not callable(getattr(session, "client", None)):
        raise TypeError(f"session must be a boto3.Session, not {type(session).__name__}")
    return BotoAssignmentDirectory(session)


def _checked_workers(workers: int) -> int:
    if isinstance(workers, bool) or not isinstance(workers, int):
        raise TypeError(f"workers {workers!r} is no int: use 1 to {_MOST_WORKERS}")
    if not 1 <= workers <= _MOST_WORKERS:
        raise ValueError(f"workers {workers} is out of range: use 1 to {_MOST_WORKERS}")
    return workers
