"""Every route of the service, a line for each; what is asked most comes first, since routes are tried in order."""

from fastapi import FastAPI

from app.accounts.audit_routes import router as audit
from app.accounts.key_routes import router as keys
from app.accounts.routes import router as account
from app.accounts.routes import signing
from app.accounts.user_routes import router as users
from app.cases.coverage_routes import router as case_coverage
from app.cases.routes import router as cases
from app.catalogue.collections import router as collections
from app.catalogue.reference import router as reference
from app.catalogue.routes import router as items
from app.changes.feed.routes import router as feed
from app.changes.item_routes import router as item_writes
from app.changes.routes import router as changes
from app.demand.experience.routes import router as experience
from app.demand.report.routes import router as survey_report
from app.demand.runs.judgement_routes import router as judgements
from app.demand.runs.match_routes import router as matching
from app.demand.runs.routes import router as matching_runs
from app.demand.survey_files.routes import router as survey_imports
from app.demand.surveys.demand_routes import router as survey_demands
from app.demand.surveys.reference_routes import router as survey_reference
from app.demand.surveys.response_routes import router as survey_responses
from app.demand.surveys.routes import router as surveys
from app.demand.tabulation.routes import router as tabulation
from app.imports.annotated.routes import router as annotated
from app.imports.routes import router as imports
from app.jobs.routes import router as jobs
from app.lists.agreements.routes import drafting as agreement_drafts
from app.lists.agreements.routes import router as agreements
from app.lists.conformity.routes import drafting as reconciling
from app.lists.conformity.routes import router as conformity
from app.lists.editions.entry_routes import router as list_entries
from app.lists.editions.in_force_routes import router as editions_in_force
from app.lists.editions.routes import router as lists
from app.lists.editions.write_routes import router as editions
from app.lists.matters.routes import drafting as matter_drafts
from app.lists.matters.routes import router as matters
from app.lists.one_door.routes import router as one_door
from app.lists.tolerance.routes import router as tolerance
from app.lists.transfers.routes import of_items as item_transfers
from app.lists.transfers.routes import router as transfers
from app.lists.transfers.routes import writing as transfer_writes
from app.metrics.alerts.routes import router as alerts
from app.metrics.aspects.routes import router as metric_groups
from app.metrics.cases.routes import router as case_statistics
from app.metrics.changes.routes import router as metric_changes
from app.metrics.own.routes import router as own_metrics
from app.metrics.reports.routes import router as reports
from app.metrics.reports.routes import writing as report_writes
from app.metrics.routes import router as metrics
from app.metrics.series.routes import router as metric_series
from app.operation import router as operation
from app.quality.dead_links.routes import router as dead_links
from app.quality.exemptions.routes import router as exemptions
from app.quality.routes import router as quality
from app.quality.verification.routes import router as verifications
from app.review.redaction.routes import router as redactions
from app.review.routes import router as review

PREFIX = "/v1"


def add_routes(app: FastAPI) -> None:
    """Side by side: a router within a router is searched twice."""
    watched = (alerts, reports, report_writes)
    figures = (metrics, metric_series, metric_changes, metric_groups, own_metrics, case_statistics, *watched)
    accounts = (signing, account, users, keys, audit)
    kept_right = (quality, exemptions, verifications, dead_links)
    handed_over = (transfers, transfer_writes, item_transfers, tolerance)
    across = (agreements, agreement_drafts, matters, matter_drafts)
    reform = (
        lists,
        list_entries,
        editions,
        editions_in_force,
        conformity,
        reconciling,
        *handed_over,
        *across,
        one_door,
    )
    matched = (matching, matching_runs, judgements)
    told = (tabulation, survey_report, experience)
    demand = (surveys, survey_responses, survey_demands, survey_imports, survey_reference, *matched, *told)
    staff = (changes, review, item_writes, imports, annotated, jobs, redactions)
    for router in (
        items,
        *figures,
        collections,
        reference,
        *reform,
        cases,
        case_coverage,
        feed,
        *staff,
        *kept_right,
        *demand,
        *accounts,
    ):
        app.include_router(router, prefix=PREFIX)
    app.include_router(operation)
