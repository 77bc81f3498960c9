"""What a labeling config says: labels, controls and fields, read from its XML; pure.

The files in `configs/` are the truth. The code knows the controls by name (`label`, `source`, `source_kind`,
`evidence`, `flags`, `ruling`, `note`, `hint`, `mark`, `suggestion`) and learns everything else here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any
from xml.etree import ElementTree
from xml.sax.saxutils import quoteattr

from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markdown_it import MarkdownIt

from annotate.config import Question, config_text, load_settings, rulings_in
from annotate.errors import BadInput
from annotate.labels import LABELS, SPECS
from annotate.studio.format.predictions import UNJUDGED
from annotate.studio.format.sent import Task
from annotate.studio.format.tasks import Layout

OBJECTS = frozenset({"Text", "Header", "HyperText"})
CONTROLS = {"Labels": "labels", "Choices": "choices", "TextArea": "textarea"}
CODEBOOK_NAME = 'name="codebook"'
CODEBOOK = f'{CODEBOOK_NAME} value="codebook.md"'
RULING = "ruling"  # the control for the question of the codebook that decided
CONTAINERS = frozenset({"View", "Style", "Label", "Choice"})


@dataclass(frozen=True, slots=True)
class Control:
    """One thing that an annotator fills in: its name, its kind of result, what it is about, what it offers.

    `values` maps the values in answers to the words shown, `keys` are their hotkeys; a text box has none.
    """

    name: str
    kind: str
    to_name: str
    values: Mapping[str, str]
    keys: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Config:
    """A labeling config: its XML, its controls by name, and the task fields that it shows."""

    xml: str
    controls: Mapping[str, Control]
    fields: frozenset[str]

    @property
    def labels(self) -> Mapping[str, str]:
        """The labels that count as an answer, each with the words shown; the grey one is none."""
        return {alias: shown for alias, shown in self.controls["label"].values.items() if alias != UNJUDGED}


@cache
def read_config(layout: Layout) -> Config:
    """Read `configs/article.xml` or `configs/claim.xml`, with the labels of `configs/labels.toml`.

    It offers the questions of the codebook as rulings unless the settings leave them out.

    Raises:
        BadInput: where the file is no labeling config that both browser and program can use, or offers other
            labels.
    """
    xml = config_xml(layout, config_text("codebook.md"), rulings=load_settings().rulings)
    config = parse_config(xml, name=f"configs/{layout}.xml")
    if (offered := tuple(config.labels)) != LABELS:
        raise BadInput(
            f"configs/{layout}.xml offers {', '.join(offered) or 'no label'}, and configs/labels.toml "
            f"declares {', '.join(LABELS)}: write its labels as a loop, {{% for label in labels %}}"
        )
    return config


def config_xml(layout: Layout, codebook: str, *, rulings: bool = True) -> str:
    """Return the labeling config of a layout, with the labels and a codebook (Markdown) filled in.

    With `rulings` an annotator can tick the questions of the codebook.

    Raises:
        BadInput: where the file has no place for the codebook, or its template cannot be filled in.
    """
    # The file may be a desk's own, so it may show the labels but not reach into the program.
    templates = ImmutableSandboxedEnvironment(
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    try:
        offered = list(map(_ruling, rulings_in(codebook))) if rulings else []
        xml = templates.from_string(config_text(f"{layout}.xml")).render(labels=SPECS, rulings=offered)
    except TemplateError as error:
        raise BadInput(f"configs/{layout}.xml cannot be filled in with the labels ({error})") from error
    if CODEBOOK not in xml:
        raise BadInput(
            f"configs/{layout}.xml shows no codebook: put <HyperText {CODEBOOK}/> where it belongs"
        )
    return xml.replace(CODEBOOK, f"{CODEBOOK_NAME} value={quoteattr(codebook_html(codebook))}")


def _ruling(question: Question) -> dict[str, str]:
    """Return what the page needs to offer a question: a letter is ticked by itself with Shift."""
    letter = question.name.lower()
    hotkey = f"shift+{letter}" if re.fullmatch("[a-z]", letter) else ""
    return {"name": question.name, "words": question.words.replace("$", " "), "hotkey": hotkey}


def codebook_html(codebook: str) -> str:
    """Return a codebook as HTML without anything but words and tables.

    HTML in it is shown as text, and so is a dollar sign, which Label Studio would take for a field.
    """
    pages = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")
    # with a tab stop, for what scrolls must be within reach of the keyboard
    html = f'<div tabindex="0" role="region" aria-label="Codebook">{pages.render(codebook)}</div>'
    return html.replace("$", "&#36;").replace("\n", " ")


def parse_config(xml: str, *, name: str = "the labeling config") -> Config:
    """Read a labeling config.

    Label Studio's server takes tags that its pages cannot draw, so unknown ones are refused here.

    Raises:
        BadInput: naming the fault.
    """
    try:
        root = ElementTree.fromstring(xml)  # noqa: S314 - the file is ours or the server's, and expat is current
    except ElementTree.ParseError as fault:
        raise BadInput(f"{name} is no XML ({fault}): correct it there") from None
    elements = list(root.iter())
    for element in elements:
        if element.tag not in OBJECTS | CONTROLS.keys() | CONTAINERS:
            raise BadInput(f"{name} has a tag <{element.tag}> that the page cannot draw: take it out")
    controls = _controls(elements, name)
    _check_words(elements, name)
    _check_keys(elements, name)
    if "label" not in controls:
        raise BadInput(f'{name} has no control named "label": the answers stand there')
    return Config(xml=xml, controls=controls, fields=_fields(elements))


def _controls(elements: Iterable[ElementTree.Element], name: str) -> dict[str, Control]:
    controls: dict[str, Control] = {}
    names: set[str] = set()
    for element in elements:
        own_name = element.get("name", "")
        if element.tag in CONTROLS or element.tag in {"Text", "HyperText"}:
            if not own_name or own_name in names:
                raise BadInput(f'{name} has a <{element.tag}> whose name "{own_name}" is missing or taken')
            names.add(own_name)
        if element.tag in CONTROLS:
            words = [child.get("value", "") for child in element]
            aliases = [child.get("alias") or word for child, word in zip(element, words, strict=True)]
            values = dict(zip(aliases, words, strict=True))
            keys = {word: child.get("hotkey", "") for word, child in zip(aliases, element, strict=True)}
            controls[own_name] = Control(
                own_name, CONTROLS[element.tag], element.get("toName", ""), values, keys
            )
    for control in controls.values():
        if control.to_name not in names - controls.keys():
            raise BadInput(
                f'{name}: "{control.name}" is about "{control.to_name}", and there is no such <Text>'
            )
    return controls


def _fields(elements: Iterable[ElementTree.Element]) -> frozenset[str]:
    shown = " ".join(element.get("value", "") for element in elements if element.tag in OBJECTS)
    return frozenset(re.findall(r"\$(\w+)", shown))


def _check_words(elements: Iterable[ElementTree.Element], name: str) -> None:
    """Refuse what draws, but not what was meant: nothing to show, or an article's text taken for HTML."""
    for element in elements:
        value = element.get("value", "")
        if element.tag in OBJECTS | {"Label", "Choice"} and not value:
            raise BadInput(f"{name} has a <{element.tag}> without a value: say there what it shows")
        if element.tag == "HyperText" and "$" in value:
            raise BadInput(
                f"{name} shows a task's text as <HyperText>, which would run its HTML: take <Text>"
            )


def _check_keys(elements: Iterable[ElementTree.Element], name: str) -> None:
    """Refuse a hotkey that is used twice: the page would do both."""
    keys: dict[str, str] = {}
    for element in elements:
        if key := element.get("hotkey"):
            if key in keys:
                raise BadInput(f'{name} has the hotkey "{key}" on "{keys[key]}" too: choose another one')
            keys[key] = element.get("value", "")


def differences(before: Config, after: Config) -> list[str]:
    """Return what an annotator sees change where one labeling config replaces another, in words.

    The codebook's words in it are left out, and so is white space; without any difference the list is empty.
    """
    if _canonical(before) == _canonical(after):
        return []
    old, new = before.controls, after.controls
    changes = [f"without “{name}”" for name in old if name not in new]
    changes += [f"with “{name}”" for name in new if name not in old]
    both = [name for name in old if name in new]
    changes += [words for name in both for words in _changes(old[name], new[name])]
    return changes or ["other colours or another layout"]


def _changes(old: Control, new: Control) -> Iterator[str]:
    """Yield what changes in one control, in words."""
    before, after = old.values, new.values
    for words, some in {
        "without": before.keys() - after.keys(),
        "with": after.keys() - before.keys(),
    }.items():
        if some:
            yield f"{words} {', '.join(f'“{word}”' for word in sorted(some))} in “{new.name}”"
    for word in (word for word in before if word in after and before[word] != after[word]):
        yield f"“{before[word]}” shown as “{after[word]}”"
    for word in (word for word in before if word in after and old.keys[word] != new.keys[word]):
        yield f"key {new.keys[word] or 'none'} instead of {old.keys[word] or 'none'} for “{word}”"
    if (old.kind, old.to_name) != (new.kind, new.to_name):
        yield f"another kind of control in “{new.name}”"


def _canonical(config: Config) -> str:
    root = ElementTree.fromstring(config.xml)  # noqa: S314 - as above
    for element in root.iter("HyperText"):
        if element.get("name") == "codebook":
            element.set("value", "")
    for choice in root.findall(f".//Choices[@name='{RULING}']/Choice"):
        choice.attrib.pop("hint", None)
    return ElementTree.canonicalize(ElementTree.tostring(root, "unicode"), strip_text=True)


def check_tasks(tasks: Sequence[Task], config: Config) -> None:
    """Check tasks against the config that will show them, for the server checks nothing.

    Raises:
        BadInput: where a task lacks a field that the config shows, or a prediction names a control or a value
            that the config does not have, or is at other words than it states.
    """
    for task in tasks:
        data = task["data"]
        if missing := sorted(config.fields - data.keys()):
            raise BadInput(
                f"the labeling config shows ${missing[0]}, which no task has: take it out of the config"
            )
        for prediction in task["predictions"]:
            for result in prediction["result"]:
                _check_result(result, data, config)


def _check_result(result: Mapping[str, Any], data: Mapping[str, Any], config: Config) -> None:
    control, value = config.controls.get(result["from_name"]), result["value"]
    if control is None or (control.kind, control.to_name) != (result["type"], result["to_name"]):
        raise BadInput(
            f'the labeling config has no "{result["from_name"]}" about "{result["to_name"]}": restore it'
        )
    for chosen in value.get("labels", []) + value.get("choices", []):
        if chosen not in control.values:
            raise BadInput(f'the labeling config has no "{chosen}" in "{control.name}": restore it')
    if "start" in value and data[result["to_name"]][value["start"] : value["end"]] != value["text"]:
        whose = result["id"]
        if control.kind == "labels":
            raise BadInput(
                f"claim {whose} is not the words at its place in the task: extract the article anew"
            )
