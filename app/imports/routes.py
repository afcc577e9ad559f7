"""Importing files of items."""

from fastapi import APIRouter

router = APIRouter(prefix="/imports", tags=["导入"])
