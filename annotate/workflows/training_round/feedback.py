"""Feedback to annotators on a project, and on their training rounds."""

from __future__ import annotations

import annotate.report as tables
from annotate import studio
from annotate import training_round as rounds
from annotate.config import Settings, codebook, load_settings
from annotate.errors import BadInput, Conflict
from annotate.text import fold
from annotate.workflows.progress import SILENT, Progress
from annotate.workflows.reports import FeedbackResult, feedback, feedback_pages
from annotate.workflows.training_round.stocks import newest_decisions


def all_feedback(
    name: str | None = None,
    *,
    project: str | None = None,
    pages: bool = False,
    with_names: bool = False,
    settings: Settings | None = None,
    progress: Progress = SILENT,
) -> list[FeedbackResult]:
    """Compare answers with what the desk decided, in a project and in training rounds; needs no server.

    Args:
        name: the name or e-mail of one annotator, whose training rounds that were pulled are added.
        project: title of a project, or of one training round; without it the only project that was pulled.
        pages: also write a page for each annotator.
        with_names: the pages also say who of the others answered what.
        settings: of the desk; `consensus` and `exports` count here.
        progress: receives notes.

    Raises:
        BadInput: where nothing was pulled, or nobody of this name has answered.
        Conflict: where a title is needed to choose, or several people have this name.
    """
    desk = settings or load_settings()
    if project is not None and (folder := tables.training_folder(desk.exports, project)):
        found = _of_round(folder.name, name, desk, pages=pages, progress=progress)
        if found is None:
            raise BadInput(
                f"“{name or project}” has no answers in “{project}”: `annotate train-annotators --results` "
                "fetches them"
            )
        return [found]
    keys = [] if name is None or project is not None else _pulled_rounds(desk)
    of_rounds = [_of_round(key, name, desk, pages=pages, progress=progress) for key in keys]
    trained = [each for each in of_rounds if each]
    try:
        own = feedback(name, project=project, pages=pages, with_names=with_names, settings=desk)
    except (BadInput, Conflict) as error:
        if not trained:
            raise
        progress.note(f"Only training rounds are shown: {error}")
        return trained
    return [own, *trained]


def _pulled_rounds(desk: Settings) -> list[str]:
    return [folder.name for folder in tables.folders_with_answers(desk.exports, training=True)]


def _of_round(
    key: str, name: str | None, desk: Settings, *, pages: bool, progress: Progress
) -> FeedbackResult | None:
    """Return the feedback on a round, `None` where it is another person's or has no answer yet."""
    folder = tables.project_folder(desk.exports, key)
    training = rounds.read_round(folder)
    if training is None:
        return None
    project = studio.read_project(tables.read_raw(folder))
    if name is not None and not _is_called(name, training, project):
        return None
    decided, _ = newest_decisions(training, desk, progress)
    answers = rounds.training_answers(project, training, decided).answers
    everybody = tables.feedback_of_all(
        answers, codebook=codebook().text, aliases=tables.our_aliases(), method=desk.consensus
    )
    paths = feedback_pages(folder, everybody, answers) if pages else ()
    return FeedbackResult(project.title, folder, everybody, tuple(paths)) if everybody else None


def _is_called(name: str, training: rounds.Round, project: studio.PulledProject) -> bool:
    spellings = (training.name, *project.spellings.get(training.person, ()))
    return fold(name) in {fold(each) for each in spellings}
