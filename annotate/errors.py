"""What can go wrong: one class for each kind of error, with the exit code of the command line.

    AnnotateError            1  something failed
    ├── UsageError           2  the command was called wrongly
    ├── Unreachable          3  Label Studio, or a cluster, does not answer
    ├── KeyRefused           4  Label Studio does not accept the key
    ├── BadInput             5  a file, page or answer cannot be used
    └── Conflict             6  another run is at work, the config changed, a project is gone

A message is one line for a person: what is wrong, where, and what to do next.
"""


class AnnotateError(Exception):
    """Something failed; the message says what, where, and what to do next."""

    exit_code = 1


class UsageError(AnnotateError):
    """The command was called wrongly: a flag or a name is not allowed."""

    exit_code = 2


class Unreachable(AnnotateError):
    """Label Studio, or a cluster, does not answer."""

    exit_code = 3


class KeyRefused(AnnotateError):
    """Label Studio does not accept the key."""

    exit_code = 4


class BadInput(AnnotateError):
    """A file, a page or an answer cannot be used."""

    exit_code = 5


class Conflict(AnnotateError):
    """Something stands in the way: another push runs, the config changed, a project is gone."""

    exit_code = 6
