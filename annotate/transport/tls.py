"""TLS: which certificates are trusted, and what is wrong with a server's certificate that is not."""

from __future__ import annotations

import os
import ssl
from collections.abc import Iterator, Mapping
from pathlib import Path

import httpx

from annotate.errors import UsageError

#: Each names a file of certificates (PEM) or a folder of them; the first that is set counts.
VARIABLES = ("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
HASHED = "[0-9a-f]" * 8 + ".[0-9]*"  # names by which OpenSSL finds certificates in a folder

TRUST_IT = "set SSL_CERT_FILE to a PEM file that holds it"
TRUST_AUTHORITY = (
    "set SSL_CERT_FILE to a PEM file with the authority's certificate, such as the system's "
    "/etc/ssl/certs/ca-certificates.crt"
)
#: By OpenSSL's number what is wrong with a certificate, and the fix.
FAULTS = {
    9: ("it is not valid yet", "check the clocks of both machines"),
    10: ("it has expired", "have it renewed, or check the clock of this machine"),
    18: ("it is self-signed", TRUST_IT),
    19: ("an authority that is unknown here issued it", TRUST_AUTHORITY),
    20: ("an authority that is unknown here issued it", TRUST_AUTHORITY),
    62: ("it is for another name", "use the name that stands in the certificate"),
    64: ("it is for another name", "use the name that stands in the certificate"),
}


def tls_context(environment: Mapping[str, str] = os.environ) -> ssl.SSLContext:
    """Return a context that trusts the certificates that the environment names, else those of certifi.

    Raises:
        UsageError: where a variable names nothing that can be read as certificates.
    """
    for variable in VARIABLES:
        if named := environment.get(variable):
            return _context(variable, Path(named))
    return httpx.create_ssl_context(trust_env=False)


def _context(variable: str, place: Path) -> ssl.SSLContext:
    try:
        if not place.is_dir():
            return ssl.create_default_context(cafile=place)
        fault = "" if any(place.glob(HASHED)) else "holds no certificate that `openssl rehash` has named"
    except ssl.SSLError:
        fault = "holds no certificates in PEM format"
    except OSError as error:
        fault = f"cannot be read ({error.strerror})"
    if fault:
        raise UsageError(f"{variable} names {place}, which {fault}: name a PEM file there, or unset it")
    return ssl.create_default_context(capath=place)


def certificate_fault(error: BaseException) -> str:
    """Return what is wrong with a server's certificate, and the fix; empty where the fault is another."""
    for cause in causes(error):
        if isinstance(cause, ssl.SSLCertVerificationError):
            default = (cause.verify_message.rstrip("."), TRUST_AUTHORITY)
            fault, fix = FAULTS.get(cause.verify_code, default)
            return f"certificate cannot be trusted ({fault}): {fix}"
    return ""


def causes(error: BaseException | None) -> Iterator[BaseException]:
    """Yield an exception, then the one that it came from, and so on."""
    while error:
        yield error
        error = error.__cause__ or error.__context__
