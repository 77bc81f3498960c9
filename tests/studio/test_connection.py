"""What stands between a desk and its Label Studio: each fault is one line with what is wrong and the fix."""

from __future__ import annotations

import errno
import shutil
import socket
import ssl
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests
from pytest_httpserver import HTTPServer

from annotate import cli
from annotate.cli.app import _unforeseen as unforeseen_error
from annotate.errors import Unreachable
from annotate.studio import Client, Server, add_user, connect
from annotate.studio.api.failures import root_of
from annotate.studio.local import WebSession
from annotate.transport import tls_context
from annotate.transport.tls import VARIABLES
from tests.tunnels import certificate, proxy_for, tls_before

KEY = "canary-5f2d7c"
NAME = "labels.example"  # not this machine's, so that proxies are asked
PROXIES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")
Told = Callable[[str], tuple[int, str]]


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*PROXIES, *(name.upper() for name in PROXIES), *VARIABLES):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Told:
    """Return a way to try an address by the command line: its exit code and its one line."""
    monkeypatch.setenv("LABEL_STUDIO_API_KEY", KEY)

    def ask(url: str) -> tuple[int, str]:
        monkeypatch.setenv("LABEL_STUDIO_URL", url)
        code = cli.run(["studio", "hotkeys"])
        out, err = capsys.readouterr()
        assert (out, err.count("\n")) == ("", 1), err
        assert KEY not in err
        assert "is Label Studio running" not in err
        return code, err

    return ask


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("certificates")


@pytest.fixture(scope="module")
def trusted(folder: Path) -> Path:
    return certificate(folder, NAME)


@pytest.fixture(scope="module")
def secure(studio: Server, trusted: Path) -> Iterator[int]:
    """Return the port of the run's Label Studio behind TLS."""
    with tls_before(studio.url, trusted) as port:
        yield port


# --------------------------------------------------------------------------- certificates

CERTIFICATES = {
    "self-signed": (lambda folder: certificate(folder, "localhost"), "it is self-signed", "SSL_CERT_FILE"),
    "expired": (lambda folder: certificate(folder, "localhost", days=-1), "it has expired", "renewed"),
    "unknown authority": (
        lambda folder: certificate(folder, "localhost", authority=certificate(folder, "desk.example")),
        "an authority that is unknown here issued it",
        "ca-certificates.crt",
    ),
    "another name": (lambda folder: certificate(folder, NAME), "it is for another name", "use the name"),
}


@pytest.mark.parametrize(("make", "fault", "fix"), CERTIFICATES.values(), ids=CERTIFICATES.keys())
def test_a_certificate_that_cannot_be_trusted(
    make: Callable[[Path], Path],
    fault: str,
    fix: str,
    folder: Path,
    told: Told,
    httpserver: HTTPServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    held = make(folder)
    if fault != "it is self-signed" and "authority" not in fault:
        monkeypatch.setenv("SSL_CERT_FILE", str(held))
    with tls_before(httpserver.url_for(""), held) as port:
        code, line = told(f"https://localhost:{port}")
    assert code == 3
    assert f"the certificate cannot be trusted ({fault}): " in line
    assert fix in line


def rehashed(held: Path, folder: Path) -> Path:
    """Put a certificate into a folder under the name by which OpenSSL finds it."""
    asked = [shutil.which("openssl") or "", "x509", "-in", str(held), "-noout", "-hash"]
    name = subprocess.run(asked, check=True, capture_output=True, text=True).stdout.strip()
    shutil.copy(held, folder / f"{name}.0")
    return folder


@pytest.mark.studio
def test_each_variable_that_names_certificates_counts(
    studio: Server, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = certificate(folder, "localhost")
    with tls_before(studio.url, held) as port:
        for variable in VARIABLES:
            place = rehashed(held, tmp_path) if variable == "SSL_CERT_DIR" else held
            with monkeypatch.context() as patch:
                patch.setenv(variable, str(place))
                client = connect(f"https://localhost:{port}", studio.credentials.token)
                assert client.another().whoami()["email"] == studio.credentials.email


BAD_FILES = {
    "missing": (lambda folder: folder / "nothing.pem", "cannot be read (No such file or directory)"),
    "no PEM": (lambda folder: Path(__file__), "holds no certificates in PEM format"),
    "empty folder": (lambda folder: folder, "holds no certificate that `openssl rehash` has named"),
}


@pytest.mark.parametrize(("make", "fault"), BAD_FILES.values(), ids=BAD_FILES.keys())
@pytest.mark.parametrize("variable", ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"])
def test_a_variable_that_names_no_certificates(
    variable: str,
    make: Callable[[Path], Path],
    fault: str,
    tmp_path: Path,
    told: Told,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    place = make(tmp_path)
    monkeypatch.setenv(variable, str(place))
    code, line = told("https://labels.invalid")
    assert code == 2
    assert f"{variable} names {place}, which {fault}: name a PEM file there, or unset it" in line


@pytest.mark.studio
def test_the_local_server_needs_no_certificates(studio: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", "/nothing.pem")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    assert connect(studio.url, studio.credentials.token).version


def test_the_first_variable_counts(trusted: Path) -> None:
    context = tls_context({"SSL_CERT_FILE": str(trusted), "REQUESTS_CA_BUNDLE": "/nothing.pem"})
    assert len(context.get_ca_certs()) == 0  # not an authority's, but loaded
    assert context.cert_store_stats()["x509"] == 1
    assert tls_context({"SSL_CERT_FILE": ""}).cert_store_stats()["x509"] > 50


# --------------------------------------------------------------------------- proxies


@pytest.mark.studio
@pytest.mark.parametrize("kind", ["http", "socks5", "socks5h"])
def test_a_proxy_that_leads_there(
    kind: str, secure: int, studio: Server, trusted: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(trusted))
    with proxy_for(secure) as proxy:
        monkeypatch.setenv("ALL_PROXY", f"{kind}://{proxy.place}")
        client = connect(f"https://{NAME}", studio.credentials.token)
        assert client.whoami()["email"] == studio.credentials.email
    assert NAME.encode() in proxy.asked[0]


ANSWERS = {
    "password": (
        b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n",
        "asks for a user name and password: ",
    ),
    "forbidden": (b"HTTP/1.1 403 Forbidden\r\n\r\n", "does not let us through"),
    "no way": (b"HTTP/1.1 502 Bad Gateway\r\n\r\n", "(502 Bad Gateway): ask who runs it, or name labels.ex"),
}


@pytest.mark.parametrize(("answer", "message"), ANSWERS.values(), ids=ANSWERS.keys())
def test_a_proxy_that_refuses(
    answer: bytes, message: str, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    with proxy_for(9, answer=answer) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"http://ada:secret@{proxy.place}")
        code, line = told(f"https://{NAME}")
    assert code == 3
    assert f"the proxy http://{proxy.place} (HTTPS_PROXY" in line
    assert message in line
    assert "secret" not in line


def test_a_proxy_that_is_not_there(told: Told, closed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable, url in (("HTTPS_PROXY", f"https://{NAME}"), ("ALL_PROXY", f"https://{NAME}/desk")):
        with monkeypatch.context() as patch:
            patch.setenv(variable, f"http://127.0.0.1:{closed}")
            code, line = told(url)
        assert code == 3
        assert f"the proxy http://127.0.0.1:{closed} " in line
        assert f"does not answer: correct that variable, or name {NAME} in NO_PROXY" in line


def test_a_proxy_of_plain_http_that_is_called_https(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    with proxy_for(9, answer=b"HTTP/1.1 400 Bad Request\r\n\r\n") as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"https://{proxy.place}")
        code, line = told(f"https://{NAME}")
    assert code == 3
    assert f"the proxy https://{proxy.place}" in line
    assert "does not answer in TLS" in line
    assert "write http:// there" in line


@pytest.mark.parametrize("proxy", ["socks://127.0.0.1:1080", "127.0.0.1:no-port", "ftp://proxy.example"])
def test_a_proxy_that_cannot_be(proxy: str, told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", proxy)
    code, line = told(f"https://{NAME}")
    assert code == 2
    assert "ALL_PROXY cannot be used: write it as http://host:port or socks5://host:port" in line


def test_a_password_for_a_proxy_before_plain_http(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANNOTATE_INSECURE", "1")
    with proxy_for(9, answer=b"HTTP/1.1 407 Who\r\nContent-Length: 0\r\n\r\n") as proxy:
        monkeypatch.setenv("HTTP_PROXY", f"http://{proxy.place}")
        code, line = told(f"http://{NAME}")
    assert code == 3
    assert "asks for a user name and password" in line


# --------------------------------------------------------------------------- nobody, or somebody else


@pytest.fixture
def closed() -> Iterator[int]:
    """Return a port of loopback on which nobody listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        yield free.getsockname()[1]


def test_nobody_at_another_machine(told: Told, closed: int) -> None:
    code, line = told(f"https://0.0.0.0:{closed}")  # an address that is not known as this machine's
    assert code == 3
    assert f"nothing answers at https://0.0.0.0:{closed} (the connection was refused): check LABEL_" in line


def test_a_name_that_nobody_has(told: Told) -> None:
    code, line = told("https://labels.invalid")
    assert code == 3
    assert "no host is known as labels.invalid: check LABEL_STUDIO_URL" in line


def test_https_where_there_is_only_http(told: Told, httpserver: HTTPServer) -> None:
    code, line = told(httpserver.url_for("").replace("http:", "https:"))
    assert code == 3
    assert "does not answer in TLS" in line
    assert "write http:// there" in line


def test_a_redirect_names_where_it_leads(told: Told, httpserver: HTTPServer) -> None:
    target = "https://labels.example/desk"
    httpserver.expect_request("/api/version").respond_with_data(
        status=301, headers={"Location": f"{target}/api/version?key=x"}
    )
    code, line = told(httpserver.url_for(""))
    assert code == 3
    assert f"redirects to {target}: use the address" in line


@pytest.mark.studio
@pytest.mark.parametrize("path", ["projects/12/data", "projects", "api", "user/login/", "labels", "api/v1"])
def test_the_address_of_a_page(path: str, studio: Server, told: Told) -> None:
    code, line = told(f"{studio.url}/{path}")
    assert code == 2
    assert f"set LABEL_STUDIO_URL to {studio.url}\n" in line


@pytest.mark.parametrize(
    ("address", "root"),
    [
        ("https://a.example/desk/projects/12/data?tab=3", "https://a.example/desk"),
        ("https://a.example:8443/projects/", "https://a.example:8443"),
        ("https://a.example/desk", "https://a.example"),
        ("http://[::1]:8080/api", "http://[::1]:8080"),
    ],
)
def test_the_root_of_a_page(address: str, root: str) -> None:
    assert root_of(address) == root


def test_an_address_copied_with_its_query(told: Told) -> None:
    code, line = told("https://labels.example/projects/12/data?tab=3&task=7")
    assert code == 2
    assert "set LABEL_STUDIO_URL to https://labels.example\n" in line


@pytest.mark.studio
def test_tokens_that_are_switched_off(studio: Server, owner: Client) -> None:
    """For the whole organization: the key is good, and nobody's is accepted."""
    other = add_user(studio.credentials, "Tove Token")
    settings = owner.sdk.jwt_settings
    held = settings.get()
    turned = {"legacy_api_tokens_enabled": False, "api_token_ttl_days": held.api_token_ttl_days}
    settings.update(api_tokens_enabled=False, **turned)
    try:
        with pytest.raises(Exception, match="has personal access tokens switched off: ") as error:
            connect(studio.url, other.token)
        assert error.value.exit_code == 4  # type: ignore[attr-defined]
    finally:
        with WebSession(studio.url):
            switch_on(studio, turned)


def switch_on(studio: Server, turned: dict[str, object]) -> None:
    """Switch tokens on again, as a person at the page would: no key can."""
    from annotate.studio.local.accounts import _csrf, session  # noqa: PLC0415

    with session(studio.credentials) as page:
        answer = page.post(
            "/api/jwt/settings", json={"api_tokens_enabled": True, **turned}, headers=_csrf(page)
        )
        assert answer.ok, answer.text


# --------------------------------------------------------------------------- what nobody foresaw

UNFORESEEN = {
    "full disk": (OSError(errno.ENOSPC, "No space left on device"), 1, "output cannot be written"),
    "a file": (PermissionError(errno.EACCES, "Permission denied", "x.csv"), 1, "x.csv cannot be read or wri"),
    "reset": (ConnectionResetError(errno.ECONNRESET, "Connection reset by peer"), 3, "a connection failed"),
    "TLS": (ssl.SSLError(1, "[SSL] record layer failure"), 3, "a connection failed"),
    "no name": (socket.gaierror(-2, "Name or service not known"), 3, "a connection failed"),
    "no way": (OSError(errno.ENETUNREACH, "Network is unreachable"), 3, "a connection failed (Network is un"),
    "late": (TimeoutError("timed out"), 3, "a connection failed (timed out)"),
    "requests": (requests.ConnectionError("refused"), 3, "a connection failed (refused)"),
}


@pytest.mark.parametrize(("error", "code", "message"), UNFORESEEN.values(), ids=UNFORESEEN.keys())
def test_an_error_of_a_connection_is_none_of_a_file(error: OSError, code: int, message: str) -> None:
    unforeseen = unforeseen_error(error)
    assert unforeseen.exit_code == code
    assert str(unforeseen).startswith(message)
    assert str(unforeseen).endswith("then run the command again")


def test_what_is_neither_is_told_as_it_is() -> None:
    assert str(unforeseen_error(OSError("no such model"))).startswith("OSError: no such model (a fault of")


def test_a_page_of_a_server_that_is_gone(closed: int) -> None:
    with pytest.raises(Unreachable, match=f"http://127.0.0.1:{closed} does not answer"):
        WebSession(f"http://127.0.0.1:{closed}").get("/user/login/")
