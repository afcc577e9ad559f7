import pytest

from tests.seed.replay import REPORT_DAY, SURVEY_DAY, TODAY, Content, Model, in_use, replay


@pytest.fixture(scope="session")
def latest() -> Model:
    return replay(TODAY)


@pytest.fixture(scope="session")
def known_then() -> Model:
    """The catalogue as it was known on the day of the survey."""
    return replay(SURVEY_DAY)


@pytest.fixture(scope="session")
def items(latest: Model) -> list[Content]:
    """The items in use on the day of the published report."""
    return in_use(latest, REPORT_DAY)
