"""What the processes of `tests.steps` and `tests.command` have done before they are forked: imports, a first report.

What is loaded at first use is loaded once for all of them: the language model, word lists, templates.
"""

import gc
import tempfile
from pathlib import Path

from annotate import article, cli, report, studio
from annotate.studio import adjudicate
from annotate.studio.api import client, lock
from annotate.studio.push import sync
from tests.report.answers import label, project
from tests.specimen import specimen

__all__ = ["adjudicate", "cli", "client", "lock", "report", "studio", "sync"]

SAMPLE = Path(__file__).parents[1] / "examples" / "harbour_talks.txt"
article.extract(article.read_article(str(SAMPLE)))
answers = project()
label(answers, specimen()[1][0].claim_id, by=1, as_="opinion")
with tempfile.TemporaryDirectory() as folder:
    report.write_tables(answers, Path(folder))
gc.freeze()  # no collection goes through what the processes share, and copies it
