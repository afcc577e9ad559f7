"""Every table, so that migrations see them all."""

from app.access import models as access
from app.catalogue import divisions, moments, objects
from app.changes import models as changes
from app.db import metadata
from app.imports import models as imports
from app.metrics import models as metrics

__all__ = ["access", "changes", "divisions", "imports", "metadata", "metrics", "moments", "objects"]
