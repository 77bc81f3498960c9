"""What every call over the network shares."""

from annotate.transport.tls import causes, certificate_fault, tls_context

__all__ = ["causes", "certificate_fault", "tls_context"]
