"""What a window needs to accept a case, as it goes over the wire."""

from typing import Annotated

from pydantic import BaseModel, Field

from app.catalogue.schemas import Dated
from app.catalogue.sublists import Material

Listed = list[Material] | None


class DeficiencyEdition(BaseModel):
    """An edition in force of a list of deficiency-tolerant items that names the item."""

    code: str
    name: str
    list_code: str
    list_name: str
    document_number: str | None
    batch: int | None
    issued_by: str | None
    issued_on: str | None
    valid_from: str


class MinimumMaterials(Dated):
    """The least that has to be there when a case is accepted, what may follow, and until when."""

    id: int
    code: str
    name: str
    department_code: str
    department_name: str | None
    tolerates: Annotated[bool | None, Field(description="能否容缺受理；没有填为空，按不容缺办理")]
    says: Annotated[list[str], Field(description="受理时要知道的")]
    needed: Annotated[Listed, Field(description="受理时要交的：必要的；不容缺时“容缺后补”的也在内；材料没有填为空")]
    unstated: Annotated[Listed, Field(description="没有写必要性的，受理时也要交")]
    optional: Annotated[Listed, Field(description="非必要的")]
    may_follow: Annotated[Listed, Field(description="可以后补的")]
    correction_limit: Annotated[int | None, Field(description="补正时限：受理之日起几个工作日；没有填为空")]
    correction_limit_unit: Annotated[str, Field(description="时限单位代码，1 为工作日")]
    correction_method: Annotated[str | None, Field(description="补正方式")]
    commitment: Annotated[str | None, Field(description="申请人的书面承诺；没有可以后补的为空")]
    promised_limit: int | None
    promised_limit_unit: str | None
    editions: Annotated[list[DeficiencyEdition], Field(description="当日生效、列有它的容缺清单版本")]
    source: Annotated[str, Field(description="依据")]
    url: Annotated[str, Field(description="事项")]
