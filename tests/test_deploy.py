"""What `deploy/` sets on a server for many: all that makes the local server safe, and nothing open but nginx."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from annotate.studio.doctor.checks import version_check
from annotate.studio.local.launch import SAFE

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
