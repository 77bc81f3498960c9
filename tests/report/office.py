"""LibreOffice as an editor uses it: a workbook is opened, typed into by a macro, and saved in some format."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.conftest import missing

FILTERS = {"xlsx": "Calc MS Excel 2007 XML", "ods": "calc8", "csv": "Text - txt - csv (StarCalc)"}
LIBRARY = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE library:library PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "library.dtd">
<library:library xmlns:library="http://openoffice.org/2000/library" library:name="Standard" \
library:readonly="false" library:passwordprotected="false">
<library:element library:name="Desk"/></library:library>
"""
MODULE = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE script:module PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "module.dtd">
<script:module xmlns:script="http://openoffice.org/2000/script" script:name="Desk" \
script:language="StarBasic">{}</script:module>
"""
MACRO = """
Sub Edit
  Dim hidden(0) As New com.sun.star.beans.PropertyValue
  hidden(0).Name = "Hidden" : hidden(0).Value = True
  document = StarDesktop.loadComponentFromURL("{opened}", "_blank", 0, hidden())
{steps}
  Dim how(1) As New com.sun.star.beans.PropertyValue
  how(0).Name = "FilterName" : how(0).Value = "{filter}"
  how(1).Name = "FilterOptions" : how(1).Value = "44,34,76,1,,0,false,true"
  document.storeToURL("{saved}", how())
  document.close(True)
End Sub
"""


def quoted(text: str) -> str:
    """Return a text as Basic has it."""
    parts = [part.replace('"', '""') for part in text.split("\n")]
    return '"' + '" & Chr(10) & "'.join(parts) + '"'


@dataclass
class Office:
    """A LibreOffice with a profile of its own."""

    profile: Path
    program: str = field(
        default_factory=lambda: (
            shutil.which("soffice") or missing("no LibreOffice: run tests/report/ensure_readers.sh")
        )
    )

    def run(self, *command: str | Path) -> None:
        subprocess.run(
            [self.program, f"-env:UserInstallation={self.profile.as_uri()}", "--headless", *command],
            check=True,
            capture_output=True,
            timeout=120,
        )

    def edit(self, path: Path, typed: Mapping[tuple[str, int, int], str], saved: Path, *more: str) -> Path:
        """Type texts into cells of a workbook, by table, row and column from 0, and save it elsewhere.

        `more` are further lines of Basic; `document` is the workbook.
        """
        steps = [
            f"  document.Sheets.getByName({quoted(name)}).getCellByPosition({column}, {row})"
            f".setString({quoted(text)})"
            for (name, row, column), text in typed.items()
        ]
        macro = MACRO.format(
            opened=path.as_uri(),
            saved=saved.as_uri(),
            filter=FILTERS[saved.suffix[1:]],
            steps="\n".join([*steps, *(f"  {line}" for line in more)]),
        )
        folder = self.profile / "user" / "basic" / "Standard"
        if not folder.exists():
            self.run("--terminate_after_init")  # makes the profile
        escaped = macro.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        (folder / "Desk.xba").write_text(MODULE.format(escaped), encoding="utf-8")
        (folder / "script.xlb").write_text(LIBRARY, encoding="utf-8")
        self.run("macro:///Standard.Desk.Edit")
        assert saved.exists(), "the macro did not run"
        return saved
