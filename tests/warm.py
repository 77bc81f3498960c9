"""What the processes of `tests.steps` have imported before they are forked, the language model included."""

from pathlib import Path

from annotate import article, cli, report, studio
from annotate.studio import adjudicate
from annotate.studio.api import client, lock
from annotate.studio.push import sync

__all__ = ["adjudicate", "cli", "client", "lock", "report", "studio", "sync"]

SAMPLE = Path(__file__).parents[1] / "examples" / "harbour_talks.txt"
article.extract(article.read_article(str(SAMPLE)))
