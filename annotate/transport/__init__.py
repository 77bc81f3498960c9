"""What every call over the network shares: TLS, proxies, deadlines, the retry policy."""

from annotate.transport.retry import RetryPolicy, is_temporary_status, requested_wait
from annotate.transport.timed import Remaining, TimedBackend
from annotate.transport.tls import causes, certificate_fault, tls_context
from annotate.transport.transport import Transport, is_local

__all__ = [
    "Remaining",
    "RetryPolicy",
    "TimedBackend",
    "Transport",
    "causes",
    "certificate_fault",
    "is_local",
    "is_temporary_status",
    "requested_wait",
    "tls_context",
]
