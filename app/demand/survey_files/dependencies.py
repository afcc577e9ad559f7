"""The form of an import: the mapping that it gives, as a text or as a file."""

from fastapi import UploadFile

from app.demand.survey_files.mapping import MAX_MAPPING, decoded


def mapping_text(given: UploadFile | str | None) -> str | None:
    """None where there is none. Raises Malformed."""
    if given is None or isinstance(given, str):
        return decoded((given or "").encode())
    return decoded(given.file.read(MAX_MAPPING + 1))
