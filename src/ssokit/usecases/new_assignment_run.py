"""Put together what lists the assignments of one instance."""

from __future__ import annotations

from collections.abc import Callable

from ssokit.domain.assignment_question import AssignmentQuestion
from ssokit.usecases.assignment_journal import AssignmentJournal
from ssokit.usecases.assignment_names import AssignmentNames
from ssokit.usecases.assignment_run import AssignmentRun
from ssokit.usecases.assignment_survey import AssignmentSurvey
from ssokit.usecases.choose_way import ChooseWay
from ssokit.usecases.directory_reader import DirectoryReader
from ssokit.usecases.find_instance import FindInstance
from ssokit.usecases.find_pairs import FindPairs
from ssokit.usecases.foresee_names import ForeseeNames
from ssokit.usecases.read_parts import ReadParts


def new_run(
    question: AssignmentQuestion,
    *,
    reader: DirectoryReader,
    journal: AssignmentJournal,
    find_instance: FindInstance,
    workers: int,
) -> AssignmentRun:
    """Find the instance, and make a run for it.

    Raises:
        InvalidSSOConfigError: There is no telling which instance is meant.
        ServiceError: The service failed.
        ValueError: The journal's checkpoint is of another instance.
    """
    instance_arn = find_instance.arn
    journal.belongs_to(instance_arn)
    names = AssignmentNames(
        question,
        reader,
        instance_arn=instance_arn,
        identity_store_id=lambda: find_instance.store_id,
        report=journal.gap,
        undecided=journal.read_again,
        workers=workers,
    )
    survey = _survey(
        question,
        reader=reader,
        names=names,
        journal=journal,
        identity_store_id=lambda: find_instance.store_id,
        workers=workers,
    )
    parts = ReadParts(reader, instance_arn=instance_arn, accounts=lambda: survey.accounts)
    choose_way = ChooseWay(
        question=question,
        reader=reader,
        names=names,
        survey=survey,
        journal=journal,
        parts=parts,
        foresee_names=ForeseeNames(question=question, names=names, survey=survey),
        workers=workers,
    )
    return AssignmentRun(
        question,
        names=names,
        survey=survey,
        journal=journal,
        choose_way=choose_way,
        read=parts,
        workers=workers,
    )


def _survey(
    question: AssignmentQuestion,
    *,
    reader: DirectoryReader,
    names: AssignmentNames,
    journal: AssignmentJournal,
    identity_store_id: Callable[[], str],
    workers: int,
) -> AssignmentSurvey:
    instance_arn = journal.checkpoint.instance_arn
    find_pairs = FindPairs(
        reader=reader,
        names=names,
        instance_arn=instance_arn,
        unread=lambda key, error: journal.gap(f"pairs of {key}", error, (key, "")),
        workers=workers,
    )
    return AssignmentSurvey(
        question,
        reader=reader,
        names=names,
        find_pairs=find_pairs,
        instance_arn=instance_arn,
        identity_store_id=identity_store_id,
        report=journal.gap,
        workers=workers,
    )
