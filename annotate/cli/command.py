"""How commands are declared: their options stand in `annotate.cli.options`, with names, help and defaults."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterator
from inspect import Parameter
from types import NoneType
from typing import Any, get_args, get_type_hints

from typer.core import TyperGroup

from annotate.cli import options

LONGEST = 1_000  # characters of a sentence in a list of commands; by default it is cut at the end of its line


class CommandList(TyperGroup):
    """Commands whose help has the whole first sentence of each, on as many lines as it takes."""

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write the list of commands."""
        rows = [(name, each.get_short_help_str(LONGEST)) for name, each in self.commands.items()]
        with formatter.section("Commands"):
            formatter.write_dl(rows)


def command(*settings: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Return a decorator that gives a command the options it declares, and `--verbose`.

    A command that takes `**options: Unpack[X]` has one option for each name of the TypedDict `X`. With names
    of settings, it has an option for each of them too, and receives the settings of the desk, changed by
    these options, as `settings`.

    >>> from annotate.cli.answers import pull
    >>> list(inspect.signature(pull).parameters)
    ['project', 'full', 'insecure', 'verbose']
    """
    names = {name: options.SETTINGS[name] for name in settings}

    def decorate(function: Callable[..., None]) -> Callable[..., None]:
        @functools.wraps(function)
        def call(**given: Any) -> None:
            del given["verbose"]  # `annotate.cli.app` reads it
            if names:
                from annotate.config import load_settings

                given["settings"] = load_settings(**{name: given.pop(name) for name in names})
            function(**given)

        parameters = [*_parameters(function), *(_option(name, kind) for name, kind in names.items())]
        parameters.append(_option("verbose", options.Verbose))
        call.__annotations__ = {each.name: each.annotation for each in parameters}
        call.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
        return call

    return decorate


def _parameters(function: Callable[..., None]) -> Iterator[Parameter]:
    """Yield each argument and option that a command declares."""
    hints = get_type_hints(function, include_extras=True)
    for name, parameter in inspect.signature(function).parameters.items():
        if parameter.kind is Parameter.VAR_KEYWORD:
            declared = get_type_hints(get_args(hints[name])[0], include_extras=True)
            yield from (_option(option, kind) for option, kind in declared.items())
        elif name != "settings":
            yield _option(name, hints[name], parameter.default)


def _option(name: str, kind: Any, default: Any = Parameter.empty) -> Parameter:
    """Return an option; its default is `False` for a switch, and `None` where that is allowed."""
    value = get_args(kind)[0]
    if default is Parameter.empty:
        default = options.DEFAULTS.get(name, False if value is bool else default)
    if default is Parameter.empty and NoneType in get_args(value):
        default = None
    return Parameter(name, Parameter.KEYWORD_ONLY, default=default, annotation=kind)
