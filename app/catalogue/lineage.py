"""Which items came from which: splits, mergers, items taken over or delegated. Known by revision, as versions are."""

from sqlalchemy import Column, Date, ForeignKey, Index, Integer, Table

from app.db import PlainText, metadata

# From `valid_from` on the successor stands for the predecessor; recorded_in ≤ revision < superseded_in.
lineage = Table(
    "lineage",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("predecessor_id", Integer, ForeignKey("catalogue_object.id"), nullable=False),
    Column("successor_id", Integer, ForeignKey("catalogue_object.id"), nullable=False),
    Column("kind", PlainText, nullable=False),
    Column("valid_from", Date, nullable=False),
    Column("recorded_in", Integer, nullable=False),
    Column("superseded_in", Integer, nullable=False),
    Index("ix_lineage_predecessor", "predecessor_id"),
    Index("ix_lineage_successor", "successor_id"),
)
