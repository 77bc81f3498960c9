"""A Hugging Face data set (https://huggingface.co/docs/datasets) with a Croissant card.

The folder has three tables as Parquet, a data card with their columns (`README.md`), and the same for
machines (`croissant.json`, https://docs.mlcommons.org/croissant). It names no annotator and no editor, and
holds none of their notes; the licence is for the desk to fill in.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from annotate.labels import SHOWN_AS
from annotate.report.exporters import JSONL_KEYS, ReportData, claim_rows
from annotate.report.formats import Content, Files
from annotate.report.frames import JUDGEMENTS_COLUMNS, Column, Columns, text
from annotate.text import counted

#: Columns that name people, hold what they wrote to each other, or lead into the desk's Label Studio.
LEFT_OUT = frozenset({"answers", "notes", "note", "editor", "link", "given", "task_id", "annotation_id"})

ARTICLES_COLUMNS: Columns = (
    text("article", "slug of the article"),
    text("title", "its title"),
    text("author", "who wrote it, as the page says"),
    text("date", "its date, as the page gives it"),
    text("address", "where it was read"),
    text("revision", "twelve hex digits that change with the text"),
    text("text", "the text; offsets of claims and judgements count its code points"),
)
_ARROW = {"text": pa.string(), "int": pa.int64(), "float": pa.float64()}
_HUGGING_FACE = {"text": "string", "int": "int64", "float": "float64"}
_CROISSANT = {"text": "sc:Text", "int": "sc:Integer", "float": "sc:Float"}

_CARD = """---
{header}
---

# {title}

{claims} of {articles}, and {votes} by {people}: each says what one person took a claim for, {labels}.
A label says whether a claim can be checked, never whether it is true. Annotators followed version {codebooks}
of the codebook. Made with claimdesk.

Before you publish it, fill in the licence above (`license: unknown`) and in `croissant.json`, and see whether
you may publish the articles' texts: they belong to those who wrote them. Annotators are numbered, not named.

```python
from datasets import load_dataset
claims = load_dataset("path/of/this/folder", "claims", split="train")
```

{tables}
"""


@dataclass(frozen=True, slots=True)
class _Table:
    name: str
    words: str
    columns: Columns
    rows: Sequence[Mapping[str, Any]]

    @property
    def path(self) -> str:
        return f"data/{self.name}.parquet"


def load() -> Content:
    """Return the function that makes the files."""
    return dataset_files


def dataset_files(data: ReportData) -> Files:
    """Return the tables and both cards."""
    tables = [
        _Table("claims", "One row for each claim, in reading order.", _kept(JSONL_KEYS), claim_rows(data)),
        _Table(
            "judgements",
            "One row for each answer to a claim; those whose `counted` is `yes` are votes.",
            _kept(JUDGEMENTS_COLUMNS),
            _judgements(data),
        ),
        _Table("articles", "One row for each article.", ARTICLES_COLUMNS, _articles(data)),
    ]
    content = {table.path: _parquet(table) for table in tables}
    title = " ".join(data.answers.project.title.split()) or data.key
    return {
        **content,
        "README.md": _data_card(title, data, tables),
        "croissant.json": _croissant(title, tables, content),
    }


def _kept(columns: Iterable[Column]) -> Columns:
    return tuple(column for column in columns if column.name not in LEFT_OUT)


def _judgements(data: ReportData) -> list[dict[str, Any]]:
    """Return the judgements, annotators and editors numbered in the order of their names."""
    frame = data.answers.judgements
    numbers = {name: f"annotator-{n}" for n, name in enumerate(sorted(set(frame["annotator"])), 1)}
    frame = frame.assign(annotator=frame["annotator"].map(numbers)).astype(object)
    rows: list[dict[str, Any]] = frame.where(frame.notna(), None).to_dict("records")  # type: ignore[assignment]
    return rows


def _articles(data: ReportData) -> list[dict[str, Any]]:
    names = [column.name for column in ARTICLES_COLUMNS[1:]]
    return [
        {"article": article.article_id} | {name: getattr(article, name) for name in names}
        for article in data.answers.articles
    ]


def _parquet(table: _Table) -> bytes:
    schema = pa.schema([(column.name, _ARROW[column.dtype]) for column in table.columns])
    columns = {column.name: [row[column.name] for row in table.rows] for column in table.columns}
    buffer = io.BytesIO()
    pq.write_table(pa.table(columns, schema=schema), buffer)
    return buffer.getvalue()


# --------------------------------------------------------------------------- cards


def _data_card(title: str, data: ReportData, tables: Sequence[_Table]) -> str:
    votes = data.answers.judgements[data.answers.judgements["counted"] == "yes"]
    codebooks = sorted(set(votes["codebook"].dropna()) - {""})
    return _CARD.format(
        header=_header(title, tables),
        title=title.replace("<", "&lt;").replace("[", "\\["),
        claims=counted(len(data.claims), "claim"),
        articles=counted(len(data.answers.articles), "article"),
        votes=counted(len(votes), "label"),
        people=counted(votes["annotator"].nunique(), "annotator"),
        labels=", ".join(f"`{name}` ({shown})" for name, shown in SHOWN_AS.items()),
        codebooks=", ".join(codebooks) or "unknown",
        tables="\n\n".join(map(_described, tables)),
    )


def _described(table: _Table) -> str:
    rows = "\n".join(f"| `{column.name}` | {column.text} |" for column in table.columns)
    return f"## {table.name}\n\n{table.words}\n\n| column | meaning |\n|---|---|\n{rows}"


def _header(title: str, tables: Sequence[_Table]) -> str:
    """Return the head of a data card as YAML, which reads JSON."""
    parts: Mapping[str, Any] = {
        "license": "unknown",
        "pretty_name": title,
        "task_categories": ["text-classification"],
        "configs": [
            {"config_name": table.name, "data_files": table.path} | ({"default": True} if not number else {})
            for number, table in enumerate(tables)
        ],
        "dataset_info": [
            {
                "config_name": table.name,
                "features": [
                    {"name": column.name, "dtype": _HUGGING_FACE[column.dtype]} for column in table.columns
                ],
            }
            for table in tables
        ],
    }
    return "\n".join(
        f"{name}: {words if words == 'unknown' else json.dumps(words)}" for name, words in parts.items()
    )


#: The context of Croissant 1.0, as its specification gives it.
_CONTEXT: Mapping[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "dct": "http://purl.org/dc/terms/",
    "sc": "https://schema.org/",
    "conformsTo": "dct:conformsTo",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "examples": {"@id": "cr:examples", "@type": "@json"},
} | {
    name: f"cr:{name}"
    for name in (
        *("citeAs", "column", "equivalentProperty", "extract", "field", "fileProperty", "fileObject"),
        *("fileSet", "format", "includes", "isLiveDataset", "jsonPath", "key", "md5", "parentField", "path"),
        *("recordSet", "references", "regex", "repeated", "replace", "samplingRate", "separator", "source"),
        *("subField", "transform"),
    )
}


def _croissant(title: str, tables: Sequence[_Table], content: Mapping[str, bytes]) -> str:
    card = {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "name": title,
        "description": f"Claims of articles, labelled one by one as {', '.join(SHOWN_AS.values())}.",
        "distribution": [_file_object(table, content[table.path]) for table in tables],
        "recordSet": [_record_set(table) for table in tables],
    }
    return json.dumps(card, indent=1) + "\n"


def _file_object(table: _Table, content: bytes) -> dict[str, Any]:
    return {
        "@type": "cr:FileObject",
        "@id": table.path,
        "name": table.path,
        "contentUrl": table.path,
        "encodingFormat": "application/x-parquet",
        "sha256": hashlib.sha256(content).hexdigest(),
    }


def _record_set(table: _Table) -> dict[str, Any]:
    fields = [
        {
            "@type": "cr:Field",
            "@id": f"{table.name}/{column.name}",
            "name": column.name,
            "description": column.text,
            "dataType": _CROISSANT[column.dtype],
            "source": {"fileObject": {"@id": table.path}, "extract": {"column": column.name}},
        }
        for column in table.columns
    ]
    return {
        "@type": "cr:RecordSet",
        "@id": table.name,
        "name": table.name,
        "description": table.words,
        "field": fields,
    }
