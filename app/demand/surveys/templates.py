"""The questionnaires that are shipped: a TOML file each, checked in full when it is first read."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from app.demand.surveys.misfits import Misfit, misfit
from app.demand.surveys.questions import Questionnaire
from app.errors import Message, NotFound
from app.filters.properties import nearest


class QuestionnaireNotFound(NotFound):
    slug, title = "questionnaire-not-found", Message("没有这份问卷", "No such questionnaire")


@cache
def templates() -> Mapping[str, Questionnaire]:
    """By key, in order of key. Raises ValidationError where one makes no sense."""
    folder = files("app.demand.surveys").joinpath("questionnaires")
    texts = [each.read_text(encoding="utf-8") for each in folder.iterdir() if each.name.endswith(".toml")]
    found = [Questionnaire.model_validate(tomllib.loads(text)) for text in texts]
    return {each.key: each for each in sorted(found, key=lambda each: each.key)}


def get_template(key: str) -> Questionnaire:
    """Raises QuestionnaireNotFound with the nearest that there is."""
    found = find_template(key)
    if isinstance(found, Misfit):
        raise QuestionnaireNotFound(found.message, code=key[:100])
    return found


def find_template(key: str) -> Questionnaire | Misfit:
    found = templates().get(key)
    if found is not None:
        return found
    near = next(iter(nearest(key, templates())), None)
    hint = f"是否为 {near}？" if near else "现成的问卷见 /v1/questionnaires。"
    zh = f"没有名为“{key[:60]}”的问卷。{hint}"
    return misfit("unknown-questionnaire", zh, f"There is no questionnaire {key[:60]!r}.", key, near)
