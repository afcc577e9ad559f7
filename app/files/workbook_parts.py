"""The parts of an xlsx file that are always the same: what it consists of, and how its cells look."""

import re
from collections.abc import Iterable, Mapping

XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
SPREADSHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"

# Styles by number: as it comes, text, the header, and the header of what a complete guide states.
PLAIN, TEXT, HEADER, REQUIRED = range(4)
STYLES = (
    f'<styleSheet xmlns="{SPREADSHEET}">'
    '<fonts count="2"><font><sz val="11"/><name val="等线"/></font><font><b/><sz val="11"/><name val="等线"/></font></fonts>'
    '<fills count="4"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    '<fill><patternFill patternType="solid"><fgColor rgb="FFDDEBF7"/></patternFill></fill>'
    '<fill><patternFill patternType="solid"><fgColor rgb="FFFFE699"/></patternFill></fill></fills>'
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="4"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '<xf numFmtId="49" fontId="1" fillId="2" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1" applyFill="1"/>'
    '<xf numFmtId="49" fontId="1" fillId="3" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1" applyFill="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)
ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")


def sheet_part(place: int) -> str:
    """The part of the sheet at a place, from 1 on."""
    return f"xl/worksheets/sheet{place}.xml"


def surroundings(sheets: int) -> Mapping[str, str]:
    """What a workbook of so many sheets has beside them and the list of them."""
    targets = [("worksheet", f"worksheets/sheet{place}.xml") for place in range(1, sheets + 1)]
    return {
        "[Content_Types].xml": XML + _content_types(sheets),
        "_rels/.rels": XML + _relations([("officeDocument", "xl/workbook.xml")]),
        "xl/_rels/workbook.xml.rels": XML + _relations([*targets, ("styles", "styles.xml")]),
        "xl/styles.xml": XML + STYLES,
    }


def _content_types(sheets: int) -> str:
    parts = {"xl/workbook.xml": "sheet.main", "xl/styles.xml": "styles"}
    parts |= {sheet_part(place): "worksheet" for place in range(1, sheets + 1)}
    listed = "".join(f'<Override PartName="/{part}" ContentType="{TYPE}.{kind}+xml"/>' for part, kind in parts.items())
    return (
        f'<Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f"{listed}</Types>"
    )


def _relations(targets: Iterable[tuple[str, str]]) -> str:
    """Numbered from rId1 on."""
    listed = "".join(
        f'<Relationship Id="rId{number}" Type="{OFFICE}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets, 1)
    )
    return f'<Relationships xmlns="{PACKAGE}/relationships">{listed}</Relationships>'


def escaped(text: str) -> str:
    """As XML, and what looks like Excel's own escape for a character kept as it is."""
    if "_x" in text:
        text = ESCAPED.sub("_x005F_", text)
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def attribute(text: str) -> str:
    return escaped(text).replace('"', "&quot;")
