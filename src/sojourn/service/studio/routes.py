"""All routes of the studio."""

from __future__ import annotations

from fastapi import APIRouter

from sojourn.service.access.guard import Guard
from sojourn.service.management import Management
from sojourn.service.studio.arrivals_api import arrival_routes
from sojourn.service.studio.campaigns_api import campaign_canvas_routes
from sojourn.service.studio.catalog_api import catalog_routes
from sojourn.service.studio.counting_api import counting_routes
from sojourn.service.studio.drafts_api import draft_routes
from sojourn.service.studio.export_api import export_routes
from sojourn.service.studio.happening_api import happening_routes
from sojourn.service.studio.monitor_api import monitor_routes
from sojourn.service.studio.people import People
from sojourn.service.studio.people_api import people_routes
from sojourn.service.studio.previewing import Previewing
from sojourn.service.studio.previewing_api import previewing_routes
from sojourn.service.studio.proofs_api import proof_routes
from sojourn.service.studio.publications import Publications
from sojourn.service.studio.reports_api import report_routes
from sojourn.service.studio.saving_api import saving_routes
from sojourn.service.studio.sizes_api import size_routes
from sojourn.service.studio.timeline_api import time_line_routes
from sojourn.service.studio.trying_api import trying_routes
from sojourn.service.studio.uses_api import uses_routes
from sojourn.service.studio.versions import Versions
from sojourn.service.studio.versions_api import version_routes
from sojourn.service.studio.vocabulary_api import vocabulary_routes


def studio_routes(management: Management, guard: Guard) -> APIRouter:
    """Return the routes."""
    runtime = management.runtime
    changes = management.changes
    drafting = changes.drafting
    router = APIRouter()
    router.include_router(catalog_routes(guard))
    router.include_router(vocabulary_routes(drafting, guard))
    publications = Publications(runtime)
    router.include_router(draft_routes(drafting, publications, guard))
    router.include_router(saving_routes(changes, publications, management.audit, guard))
    router.include_router(counting_routes(runtime, drafting, guard))
    router.include_router(campaign_canvas_routes(runtime, drafting, guard))
    router.include_router(time_line_routes(runtime, drafting, guard))
    people = People(runtime)
    router.include_router(arrival_routes(runtime, guard))
    router.include_router(trying_routes(runtime, drafting, management.audit, guard))
    router.include_router(happening_routes(runtime, management.audit, guard))
    router.include_router(people_routes(people, guard))
    router.include_router(size_routes(runtime, guard))
    router.include_router(export_routes(runtime, people, management.audit, guard))
    previewing = Previewing(runtime, drafting)
    router.include_router(previewing_routes(previewing, guard))
    router.include_router(uses_routes(drafting, guard))
    router.include_router(proof_routes(runtime, drafting, previewing, management.audit, guard))
    router.include_router(version_routes(Versions(runtime, drafting), guard))
    router.include_router(report_routes(runtime, guard))
    router.include_router(monitor_routes(runtime, guard))
    return router
