"""The options and arguments of all commands, each with its help."""

from pathlib import Path
from typing import Annotated, Any, Literal, TypedDict

from typer import Argument, Option

from annotate.registry import EXPORT_FORMATS, IMPORT_FORMATS, SUGGESTERS

Verbose = Annotated[bool, Option("--verbose", "-v", help="Show the traceback of an error.")]
Insecure = Annotated[bool, Option("--insecure", help="Let the key go to another machine over plain http.")]
DryRun = Annotated[bool, Option("--dry-run", help="Show what would be done and change nothing.")]
Consensus = Annotated[
    Literal["majority", "dawid-skene"] | None,
    Option("--consensus", help="How judgements of a claim become its label."),
]

# --------------------------------------------------------------------------- articles

Articles = Annotated[
    list[str] | None,
    Argument(metavar="ARTICLE", help="Files, folders, URLs, or - for what comes in by a pipe."),
]
Feeds = Annotated[
    list[str] | None,
    Option("--feed", metavar="URL", help="The articles of an RSS or Atom feed, or of a sitemap."),
]
Format = Annotated[Literal["table", "jsonl", "csv"], Option("--format", help="How to print.")]
WithSkips = Annotated[bool, Option("--all", help="Print also what is skipped, and why.")]
Lists = Annotated[
    list[Path] | None, Option("--list", metavar="FILE", help="A file with one path or URL on each line.")
]
Out = Annotated[
    Path | None,
    Option(metavar="FOLDER", help="Write Parquet files here; continue where an earlier run ended."),
]
Workers = Annotated[
    int | None,
    Option(min=1, max=256, metavar="N", help="Processes for many articles; by default one for each core."),
]
Dask = Annotated[
    str | None, Option(metavar="ADDRESS", help="With --out: work on this Dask cluster (tcp://…).")
]
TimeLimit = Annotated[
    float,
    Option(
        min=0.001,
        metavar="SECONDS",
        help="With --out: time for one article; one that takes longer is set aside.",
    ),
]
PerFile = Annotated[
    int, Option(min=1, max=100_000, metavar="N", help="With --out: articles in one Parquet file.")
]
Again = Annotated[bool, Option("--again", help="With --out: try again what was set aside.")]
Suggester = Annotated[
    str | None,
    Option(metavar=f"<{'|'.join(SUGGESTERS.names())}>", help="What suggests the labels."),
]
AllowRemote = Annotated[
    bool,
    Option(
        "--allow-remote",
        help="For the suggester llm: send claims, paragraphs and codebook to another computer.",
    ),
]
AllowPrivate = Annotated[bool, Option("--allow-private", help="Also read addresses in your own network.")]

# --------------------------------------------------------------------------- Label Studio

Project = Annotated[
    str | None,
    Option("--project", metavar="TITLE", help="Title of the project; not needed where there is only one."),
]
NewProject = Annotated[
    str | None, Option("--project", metavar="TITLE", help="Title of the project; by default the article's.")
]
Layout = Annotated[
    Literal["article", "claim"] | None, Option(help="Show all claims in the text, or one claim on each page.")
]
Annotators = Annotated[
    int | None, Option(min=1, max=100, metavar="N", help="How many people label each claim.")
]
Suggestions = Annotated[
    Literal["hint", "off", "preload"] | None,
    Option(help="Show what the program suggests beside a claim, or fill it in."),
]
Blind = Annotated[
    float | None, Option(min=0, max=1, metavar="SHARE", help="Share of the claims that show no suggestion.")
]
Gold = Annotated[
    float | None,
    Option(
        min=0,
        max=0.5,
        metavar="SHARE",
        help="Mix in decided claims of other articles; 0.1: a tenth as many as the article has.",
    ),
]
Order = Annotated[
    Literal["article", "uncertain", "check-worthy"] | None,
    Option("--order", help="Which claims come first, with --layout claim; article: in reading order."),
]
NewCodebook = Annotated[
    bool, Option("--new-codebook", help="Continue under a codebook with a new version, without asking.")
]
NewConfig = Annotated[
    bool, Option("--new-config", help="Send a labeling config that differs, without asking.")
]
Force = Annotated[
    bool,
    Option("--force", help="Send again what was edited, duplicated or deleted by hand; a copy is saved."),
]
SameArticle = Annotated[
    bool,
    Option("--same-article", help="Where hardly any claim is left: it is the same article, rewritten."),
]
NewArticle = Annotated[
    bool, Option("--new-article", help="Where hardly any claim is left: it is another article.")
]
Clients = Annotated[
    int | None,
    Option(
        min=1,
        max=16,
        metavar="N",
        help="Requests at once; by default as in configs/annotate.toml, else 2 into the local PostgreSQL.",
    ),
]
Full = Annotated[
    bool, Option("--full", help="Read all tasks, not only those that changed since the last pull.")
]

Watched = Annotated[
    str,
    Argument(
        metavar="FOLDER|FEED|PROJECT",
        help="A folder, the address of a feed or sitemap, or the title of a project.",
    ),
]
Every = Annotated[float, Option("--every", min=1, metavar="SECONDS", help="Time between two looks.")]
Once = Annotated[bool, Option("--once", help="Look once and end: for cron.")]
NoReport = Annotated[bool, Option("--no-report", help="Pull the answers, and leave the report as it is.")]

# --------------------------------------------------------------------------- answers

Since = Annotated[
    str,
    Option(
        metavar="WHEN", help="Also show what changed since an earlier pull: a date, a date and time, or last."
    ),
]
Mail = Annotated[
    bool,
    Option("--mail", help="Also write report.mail.html: for other computers, without links to Label Studio."),
]
AllProjects = Annotated[
    bool, Option("--all", help="Report on all projects together: by week, annotator, source and codebook.")
]
Judgements = Annotated[
    Path | None,
    Option(
        "--from",
        metavar="FOLDER",
        help="With --all: a folder of Parquet files of judgements, instead of the last pulls.",
    ),
]
CountOnDask = Annotated[
    str | None, Option(metavar="ADDRESS", help="With --from: compute on this Dask cluster (tcp://…).")
]
Compare = Annotated[
    list[str] | None,
    Option(
        "--compare",
        metavar=f"<{'|'.join(SUGGESTERS.names())}>",
        help="Measure this suggester on the same claims too; may be given several times.",
    ),
]
ReportFormats = Annotated[
    str | None,
    Option(
        "--format",
        metavar=f"<{'|'.join(EXPORT_FORMATS.names())}>",
        help="Also write a folder for another tool; several, separated by commas.",
    ),
]
Labels = Annotated[Path, Argument(metavar="FILE", help="A file of labels, or a folder of them.")]
Person = Annotated[str, Option("--as", metavar="NAME", help="Whose judgements they become: name or e-mail.")]
LabelNames = Annotated[
    list[str] | None,
    Option("--label-map", metavar="NAME=LABEL,…", help="What its labels are here; ignore leaves one out."),
]
LabelFormat = Annotated[
    str,
    Option(
        "--format", metavar=f"<{'|'.join(IMPORT_FORMATS.names())}>", help="The format, where it is not clear."
    ),
]
LabelledBy = Annotated[
    str, Option("--by", metavar="WHO", help="Only the labels of this person, as the file calls them.")
]
TableOrJson = Annotated[Literal["table", "json"], Option("--format", help="How to print.")]
Annotator = Annotated[
    str | None, Argument(metavar="NAME", help="Name or e-mail of an annotator; by default all are listed.")
]
TableCsvOrHtml = Annotated[
    Literal["table", "csv", "html"],
    Option(
        "--format", help="Print a table or CSV, or write a page for each into exports/<project>/feedback/."
    ),
]
WithNames = Annotated[bool, Option("--with-names", help="Also say which of the others answered what.")]
Sheet = Annotated[
    Path, Argument(metavar="FILE", help="desk.xlsx, claims.csv, disputes.csv or checks.csv; .ods too.")
]
ReviewPort = Annotated[
    int, Option("--port", min=0, max=65_535, metavar="N", help="Where to listen; by default a free port.")
]
ReviewClaim = Annotated[
    str | None,
    Option("--claim", metavar="CLAIM_ID", help="Begin with this claim, in whatever project it is."),
]
ShowPage = Annotated[bool, Option("--open", help="Open the page in the browser.")]
Editor = Annotated[
    str | None,
    Option("--editor", metavar="NAME", help="Who decides; by default ANNOTATE_EDITOR, else your user."),
]
Projects = Annotated[
    list[str] | None,
    Option(
        "--project",
        metavar="TITLE",
        help="Title of a project; may be given several times; by default all pulled ones.",
    ),
]
Forget = Annotated[bool, Option("--forget", help="Return to the shipped model.")]

# --------------------------------------------------------------------------- the local Label Studio

Postgres = Annotated[
    bool, Option("--postgres", help="Keep labels in PostgreSQL and serve many people at once.")
]
ServerWorkers = Annotated[
    int | None,
    Option(
        min=1, max=256, metavar="N", help="With --postgres: server processes; by default one for each core."
    ),
]
Port = Annotated[
    int | None,
    Option(min=1024, max=65_535, metavar="N", help="Port to try first; by default that of the last start."),
]
Install = Annotated[
    bool, Option("--install", help="Install Label Studio without asking if it is missing (1.2 GB).")
]
BackupFile = Annotated[Path, Argument(metavar="FILE", help="Where to save; a file of this name is replaced.")]
SavedFile = Annotated[Path, Argument(metavar="FILE", help="What `annotate studio backup` wrote.")]
Replace = Annotated[bool, Option("--replace", help="Overwrite existing tasks.")]
Names = Annotated[list[str], Argument(metavar="NAME", help="Names of the people.")]
Control = Annotated[
    str,
    Argument(
        metavar="CONTROL", help="The control in the labeling config: label, flags, ruling or source_kind."
    ),
]
OldWord = Annotated[str, Argument(metavar="OLD", help="The old name, as in the answers.")]
NewWord = Annotated[str, Argument(metavar="NEW", help="The new name, as in configs/.")]

# --------------------------------------------------------------------------- the memory

ReviewFeed = Annotated[str, Argument(metavar="FEED", help="A file or URL of ClaimReviews as JSON; .gz too.")]
Words = Annotated[str, Argument(metavar="WORDS", help="A claim, or some words of one, in quotes.")]
RememberedName = Annotated[
    str, Argument(metavar="NAME", help="A feed or project as `annotate memory status` names it.")
]

# --------------------------------------------------------------------------- options that commands pass on

#: Options that change a setting, by the name of the setting.
SETTINGS = {
    "layout": Layout,
    "suggestions": Suggestions,
    "blind": Blind,
    "order": Order,
    "clients": Clients,
    "suggester": Suggester,
    "consensus": Consensus,
    "editor": Editor,
    "allow_remote": AllowRemote,
    "allow_private": AllowPrivate,
    "insecure": Insecure,
}
#: Defaults other than `False` and `None`.
DEFAULTS: dict[str, Any] = {"time_limit": 120, "per_file": 250}


class Named(TypedDict):
    """The articles of a command, and the feeds that name some."""

    sources: list[str]
    feeds: list[str]


class ArchiveOptions(TypedDict):
    """Options of `annotate claims` that `annotate.workflows.write_archive` takes."""

    lists: Lists
    workers: Workers
    dask: Dask
    time_limit: TimeLimit
    per_file: PerFile
    again: Again


class PushOptions(TypedDict):
    """Options that `annotate.workflows.push` takes."""

    project: NewProject
    annotators: Annotators
    gold: Gold
    new_codebook: NewCodebook
    new_config: NewConfig
    force: Force
    same_article: SameArticle
    new_article: NewArticle
    dry_run: DryRun
    workers: Workers


class StartOptions(TypedDict):
    """Options that `annotate.workflows.start_studio` takes."""

    on_postgres: Postgres
    workers: ServerWorkers
    port: Port
    install: Install
