"""Every route of the service, a line for each."""

from fastapi import APIRouter

from app.catalogue.routes import router as catalogue
from app.changes.routes import router as changes
from app.imports.routes import router as imports
from app.metrics.routes import router as metrics

router = APIRouter(prefix="/v1")
router.include_router(catalogue)
router.include_router(changes)
router.include_router(imports)
router.include_router(metrics)
