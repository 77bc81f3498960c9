"""What `deploy/` sets on a server for many: all that makes the local server safe, and nothing open but nginx."""

from __future__ import annotations

import os
import re
import shutil
import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from annotate.studio import connect, look_at_page_script, ok
from annotate.studio.doctor.checks import version_check
from annotate.studio.local.home import credentials
from annotate.studio.local.launch import SAFE
from annotate.studio.local.page import CLAIM_PARTS, FOLDER, LIST_SCRIPT_PATH, SCRIPT_PATH
from annotate.studio.local.processes import HOST, answers, end, free_port, wait_until
from tests.conftest import missing, own_port
from tests.plain_server import plain_server

DEPLOY = Path(__file__).parents[1] / "deploy"
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
HELM: dict[str, Any] = yaml.safe_load((DEPLOY / "helm-values.yaml").read_text(encoding="utf-8"))
ENVIRONMENTS = {
    "compose": COMPOSE["services"]["app"]["environment"],
    "helm": HELM["global"]["extraEnvironmentVars"],
}
OWN_ADDRESS = {"ALLOWED_HOSTS"}  # set on each server, to its own


@pytest.mark.parametrize("where", ENVIRONMENTS)
@pytest.mark.parametrize("setting", SAFE)
def test_what_makes_the_local_server_safe_is_set(where: str, setting: str) -> None:
    value = ENVIRONMENTS[where].get(setting)
    assert isinstance(value, str), f"{setting} is not set, or not in quotation marks"
    if setting in OWN_ADDRESS:
        assert "*" not in value
        assert value.endswith(",localhost")
    else:
        assert value == SAFE[setting]


@pytest.mark.parametrize("where", ENVIRONMENTS)
def test_no_other_setting_undoes_it(where: str) -> None:
    """Label Studio reads each name with and without a prefix; the one with a prefix goes first."""
    bare = re.compile(r"^(LABEL_STUDIO_|HEARTEX_)")
    names = [bare.sub("", name) for name in ENVIRONMENTS[where]]
    assert len(names) == len(set(names))
    assert not {"DEBUG", "ENABLE_LEGACY_API_TOKEN", "SSRF_PROTECTION_ENABLED"} & set(names)


def test_nothing_is_open_but_nginx() -> None:
    open_ports = {name: service.get("ports", []) for name, service in COMPOSE["services"].items()}
    assert {name for name, ports in open_ports.items() if ports} == {"nginx"}
    assert open_ports["nginx"] == ["80:80", "443:443"]
    assert all("network_mode" not in service for service in COMPOSE["services"].values())
    assert COMPOSE["networks"]["back"]["internal"] is True
    for name in ("db", "redis"):
        assert COMPOSE["services"][name]["networks"] == ["back"]
    assert HELM["app"]["service"]["type"] == "ClusterIP"
    assert HELM["app"]["ingress"]["tls"][0]["hosts"] == [HELM["app"]["ingress"]["host"]]


def test_every_service_is_pinned_watched_and_kept() -> None:
    volumes = set(COMPOSE["volumes"])
    for name, service in COMPOSE["services"].items():
        assert re.search(r":\d+\.?\d*", service["image"]), name
        assert "healthcheck" in service, name
        assert service["restart"] == "unless-stopped", name
    mounted = {str(v).partition(":")[0] for s in COMPOSE["services"].values() for v in s.get("volumes", [])}
    assert volumes <= mounted
    for file in (path for path in mounted if path.startswith("./") and path != "./certs"):
        assert (DEPLOY / file).exists(), file


def test_label_studio_is_the_same_version_everywhere_and_has_no_known_hole() -> None:
    wanted = (DEPLOY.parent / "requirements-studio.txt").read_text(encoding="utf-8")
    version = re.search(r"^label-studio==(.+)$", wanted, re.MULTILINE)
    assert version
    assert version_check(version[1]).state == "ok"
    assert COMPOSE["services"]["app"]["image"] == f"heartexlabs/label-studio:{version[1]}"
    assert HELM["global"]["image"]["tag"] == version[1]


def test_secrets_come_from_the_env_file_and_none_is_in_git() -> None:
    text = (DEPLOY / "compose.yaml").read_text(encoding="utf-8")
    example = (DEPLOY / ".env.example").read_text(encoding="utf-8")
    named = dict(re.findall(r"^([A-Z_]+)=(.*)$", example, re.MULTILINE))
    assert set(re.findall(r"\$\{([A-Z_]+)", text)) == set(named)
    assert all(not value for name, value in named.items() if "PASSWORD" in name or "KEY" in name)
    for name in ("SECRET_KEY", "POSTGRES_PASSWORD", "FIRST_PASSWORD"):
        assert f"${{{name}:?" in text, f"compose starts without {name}"
    ignored = [".env", "certs/privkey.pem"]
    asked = subprocess.run(
        ["git", "check-ignore", *ignored], cwd=DEPLOY, capture_output=True, text=True, check=False
    )
    assert asked.stdout.split() == ignored


def test_nginx_leads_to_label_studio_alone() -> None:
    conf = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    assert re.findall(r"proxy_pass ([^;]+);", conf) == ["http://app:8000"]
    assert conf.count("{") == conf.count("}")
    assert "proxy_next_upstream off;" in conf  # a write that goes out twice is stored twice
    assert re.findall(r"ssl_protocols\s+([^;]+);", conf) == ["TLSv1.2 TLSv1.3"]


def test_nginx_adds_the_script_that_the_local_server_has() -> None:
    volumes = COMPOSE["services"]["nginx"]["volumes"]
    mounted = [volume.split(":") for volume in volumes if "/local/page/" in volume]
    for (source, target, mode), path in zip(
        mounted, (SCRIPT_PATH, LIST_SCRIPT_PATH, *CLAIM_PARTS), strict=True
    ):
        assert ((DEPLOY / source).resolve(), mode) == (FOLDER / Path(path).name, "ro")
        assert target == f"/etc/nginx{path}"
    conf = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    assert "location /claimdesk/ {\n        alias /etc/nginx/claimdesk/;" in conf


# --------------------------------------------------------------------------- a real nginx


@pytest.fixture(scope="module")
def nginx(
    template: Path, executable: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, Path]]:
    """Return the address of the nginx of `deploy/`, before a Label Studio of its own, and its certificate."""
    program = shutil.which("nginx") or missing("no nginx: install the package nginx-light")
    folder = tmp_path_factory.mktemp("nginx")
    home = shutil.copytree(template, folder / "studio")
    with plain_server(executable, home, own_port()) as (_, upstream):
        port = free_port(own_port())
        (folder / "nginx.conf").write_text(configuration(program, folder, port, upstream))
        make_certificate(folder)
        command = [program, "-p", folder, "-c", folder / "nginx.conf", "-e", folder / "error.log"]
        process = subprocess.Popen(command)
        try:
            assert wait_until(lambda: answers(port), 10), (folder / "error.log").read_text()
            yield f"https://localhost:{port}", folder / "fullchain.pem"
        finally:
            end([process.pid])
            process.wait()


def configuration(program: str, folder: Path, port: int, upstream: int) -> str:
    """Fill in the template as its container does, with the ports and folders of this test."""
    conf = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    for old, new in {
        "${DOMAIN}": "localhost",
        "${AUTO_ADVANCE}": "false",
        "app:8000": f"{HOST}:{upstream}",
        "listen 80 ": f"listen {HOST}:{free_port(port + 1)} ",
        "listen 443 ": f"listen {HOST}:{port} ",
        "/etc/nginx/certs/": f"{folder}/",
        "/etc/nginx/claimdesk/": f"{FOLDER}/",
    }.items():
        assert old in conf
        conf = conf.replace(old, new)
    version = subprocess.run([program, "-v"], capture_output=True, text=True, check=True).stderr
    if [int(number) for number in re.findall(r"\d+", version)[:3]] < [1, 25, 1]:
        conf = conf.replace("http2 on;", "")  # the directive of newer ones
    places = "".join(
        f"{name}_temp_path {folder}/{name};\n"
        for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    user = "" if os.geteuid() else "user root;\n"  # its workers read the folder of the test
    return f"""{user}daemon off;\npid {folder}/pid;\nworker_processes 1;\nevents {{}}
http {{\naccess_log off;\ndefault_type application/octet-stream;\n{places}{conf}}}\n"""


def make_certificate(folder: Path) -> None:
    subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    files = ["-keyout", folder / "privkey.pem", "-out", folder / "fullchain.pem"]
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *subject, *files],
        check=True,
        capture_output=True,
    )


@pytest.mark.studio
def test_pages_through_nginx_have_the_script(nginx: tuple[str, Path]) -> None:
    url, certificate = nginx
    with httpx.Client(base_url=url, verify=ssl.create_default_context(cafile=certificate)) as web:
        page = web.get("/user/login/", headers={"Accept-Encoding": "gzip"})
        script, listed = web.get(SCRIPT_PATH), web.get(LIST_SCRIPT_PATH)
        again = web.get(SCRIPT_PATH, headers={"If-None-Match": script.headers["ETag"]})
        version = web.get("/api/version", headers={"Accept": "application/json"})
    assert page.headers["Content-Encoding"] == "gzip"
    tags = "".join(
        f'<script src="{path}" data-auto-advance="false" defer></script>'
        for path in (SCRIPT_PATH, LIST_SCRIPT_PATH)
    )
    assert (page.text.count(f"{tags}</head>"), page.text.count("desk.js")) == (1, 1)
    assert listed.content == (FOLDER / "sections.js").read_bytes()
    assert "max-age" in page.headers["Strict-Transport-Security"]
    assert script.content == (FOLDER / "desk.js").read_bytes()
    assert script.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert script.headers["Cache-Control"] == "no-cache"
    assert again.status_code == httpx.codes.NOT_MODIFIED
    assert version.json()["label-studio-os-package"]["version"]


@pytest.mark.studio
def test_the_link_of_a_claim_leads_through_nginx_to_the_page_of_one_claim(nginx: tuple[str, Path]) -> None:
    url, certificate = nginx
    with httpx.Client(base_url=url, verify=ssl.create_default_context(cafile=certificate)) as web:
        page = web.get("/projects/12/data?task=3&claim=a-1")
        task = web.get("/projects/12/data?task=3")
        parts = [web.get(path) for path in CLAIM_PARTS]
    assert page.content == parts[0].content
    assert page.headers["X-Frame-Options"] == "DENY"
    assert task.status_code == httpx.codes.FOUND  # to the login of Label Studio
    for part, path, kind in zip(parts, CLAIM_PARTS, ("html", "css", "javascript"), strict=True):
        assert part.content == (FOLDER / Path(path).name).read_bytes()
        assert part.headers["Content-Type"] == f"text/{kind}; charset=utf-8"


@pytest.mark.studio
def test_the_doctor_finds_the_script_behind_nginx(
    nginx: tuple[str, Path], template: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url, certificate = nginx
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    client = connect(url, credentials(template).token)
    found = look_at_page_script(client, None, auto_advance=True)
    assert found == ok("page script", "there, auto_advance is false")
