"""Every table, so that migrations see them all."""

from app.access import models as access
from app.audit import models as audit
from app.cases import models as cases
from app.catalogue import divisions, lineage, moments, named, objects, verification
from app.changes import models as changes
from app.db import metadata
from app.demand.runs import models as matching
from app.demand.surveys import models as surveys
from app.imports import models as imports
from app.jobs import models as jobs
from app.metrics import models as metrics
from app.metrics.alerts import models as alerts
from app.metrics.reports import models as reports
from app.quality import models as quality

__all__ = [
    "access", "alerts", "audit", "cases", "changes", "divisions", "imports", "jobs", "lineage", "matching",
    "metadata", "metrics", "moments", "named", "objects", "quality", "reports", "surveys", "verification",
]  # fmt: skip
