"""Previews and rebased fields as the API shows them."""

from app.changes import present
from app.changes.rebasing import Difference
from app.changes.rivals import Rival
from app.errors import Message
from app.review.effects import MOST_PAST
from app.review.service import Reviewed


def preview_out(found: Reviewed, total: int, most: int, *, english: bool) -> dict[str, object]:
    """All but the entries."""
    applied, past = found.applied, found.past
    told = [message for _, messages in sorted(found.in_the_way.items()) for message in messages][:most]
    told += [each.detail for each in found.preview.conflicts]
    conflicts = [in_language(message, english=english) for message in told]
    remarks = [present.remark(code, finding, english=english) for code, finding in found.preview.remarks]
    return {
        "change_set": found.held.id,
        "revision": applied.revision,
        "etag": found.tag,
        "status": found.held.status,
        "versions": applied.versions,
        "publishable": total > 0 and not conflicts,
        "conflicts": conflicts,
        "also_open": [rival_out(each) for each in found.rivals],
        "findings": remarks,
        "as_of": found.as_of,
        "effects": found.effects,
        "past": None if past is None else past[:MOST_PAST],
        "past_total": None if past is None else len(past),
        "total": total,
    }


def in_language(message: Message, *, english: bool) -> str:
    return message.en if english else message.zh


def rival_out(rival: Rival) -> dict[str, object]:
    return {
        "change_set": rival.number,
        "title": rival.title,
        "author": rival.author,
        "status": rival.status,
        "objects": rival.objects,
        "codes": rival.codes,
        "url": f"/v1/change-sets/{rival.number}",
    }


def difference_out(each: Difference) -> dict[str, object]:
    element = each.step.of.elements[each.field]
    return {
        "position": each.step.position,
        "code": each.step.code,
        "field": each.field,
        "label": element.label,
        "was": each.was,
        "now": each.now,
        "wanted": each.wanted,
        "kept": each.kept,
    }
