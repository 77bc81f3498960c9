"""What every call over the network shares."""

from annotate.transport.timed_stream import TimedStream
from annotate.transport.tls import causes, certificate_fault, tls_context

__all__ = ["TimedStream", "causes", "certificate_fault", "tls_context"]
