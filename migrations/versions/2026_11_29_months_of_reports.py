"""reports are found by the months that they cite

Each figure of cases says its first month beside its last day. It is read from what the reports cite, which stays as it is.
"""

from collections.abc import Sequence

import orjson
import sqlalchemy as sa
from alembic import context, op
from alembic.util import CommandError

revision: str = "5e1f93c07ab4"
down_revision: str | None = "b83f50d6c1e9"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

PLAIN_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
report = sa.table("report", sa.column("id"), sa.column("cited"))
figure = sa.table("report_figure", sa.column("report_id"), sa.column("position"), sa.column("first_month"))


def upgrade() -> None:
    if context.is_offline_mode():
        raise CommandError(f"{revision} 要读出报告再写下月份，不能只打印 SQL：请用 shixiang migrate 升级。")
    op.add_column("report_figure", sa.Column("first_month", PLAIN_TEXT, nullable=True))
    connection = op.get_bind()
    months = [
        {"number": number, "place": each["position"], "month": each["period"].partition("..")[0]}
        for number, cited in connection.execute(sa.select(report.c.id, report.c.cited))
        for each in orjson.loads(cited)["figures"]
        if each["period"] is not None
    ]
    if months:
        this = (figure.c.report_id == sa.bindparam("number"), figure.c.position == sa.bindparam("place"))
        connection.execute(sa.update(figure).where(*this).values(first_month=sa.bindparam("month")), months)


def downgrade() -> None:
    with op.batch_alter_table("report_figure") as batch:
        batch.drop_column("first_month")
