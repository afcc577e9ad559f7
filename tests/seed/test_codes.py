import pytest
from stdnum.cn import uscc

from app.catalogue.codes import parse
from seed.codes import basic_code, credit_code, implementation_code, organisation_code


@pytest.mark.parametrize(
    ("body", "code"), [("D2143569", "D2143569X"), ("00693975", "006939756"), ("MB155808", "MB1558081")]
)
def test_organisation_codes(body: str, code: str) -> None:
    assert organisation_code(body) == code


def test_credit_code_of_a_real_county_bureau() -> None:
    code = credit_code("11", "450721", organisation_code("MB155808"))
    assert code == "11450721MB15580811"
    assert uscc.is_valid(code)


def test_implementation_code_of_the_same_bureau() -> None:
    basic = basic_code("00", "01", "04", 2)
    code = implementation_code("11450721MB15580811", "4", basic)
    assert code == "11450721MB155808114000104002000"
    parts = parse(code)
    assert parts is not None
    assert (parts.task_type, parts.use_level, parts.catalog_code) == ("01", "4", "000104002000")
    assert len(implementation_code(code[:18], "4", basic, "01")) == 33
