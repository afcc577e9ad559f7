"""Three surveys of enterprises, as researchers entered them; `surveys()` is the whole of them."""

from seed.demo.surveys.documents import Judgement, Matching, Survey, surveys
from seed.demo.surveys.enterprises import Demand

__all__ = ["Demand", "Judgement", "Matching", "Survey", "surveys"]
