"""The files of deployment agree with the program; no engine and no cluster is needed to say so."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from service.cli import main
from service.settings import Settings

ROOT = Path(__file__).parents[2]
UNIT = ROOT / "service" / "deploy" / "themetag.service"
FILES = [
    UNIT,
    ROOT / "service" / "deploy" / "kubernetes.yaml",
    ROOT / "compose.yaml",
    ROOT / "Dockerfile",
]


def manifest(kind):
    documents = yaml.safe_load_all((UNIT.parent / "kubernetes.yaml").read_text("utf-8"))
    (found,) = [document for document in documents if document["kind"] == kind]
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_setting_and_option_named_is_one(path):
    """A renamed setting cannot be forgotten in a file of deployment."""
    text = path.read_text("utf-8")
    for key in re.findall(r"THEMETAG_([A-Z_]+)", text):
        assert key.lower() in Settings.model_fields, key
    options = {option for parameter in main.commands["serve"].params for option in parameter.opts}
    for line in re.findall(r"serve[^\n]*", text):
        assert set(re.findall(r"--[a-z-]+", line)) <= options


def test_the_pod_is_probed_where_the_service_answers(client):
    """Each probe asks a route that exists; readiness is /readyz, life is /livez."""
    (container,) = manifest("Deployment")["spec"]["template"]["spec"]["containers"]
    probes = {name: probe["httpGet"]["path"] for name, probe in container.items() if name.endswith("Probe")}
    assert probes == {"startupProbe": "/livez", "livenessProbe": "/livez", "readinessProbe": "/readyz"}
    assert all(client.get(path).status_code == 200 for path in probes.values())
    assert manifest("Service")["spec"]["ports"][0]["targetPort"] == container["ports"][0]["name"]


def test_the_pod_has_no_rights_and_time_to_stop():
    """Not root, nothing to write but /tmp, no variables of the cluster, and longer to stop than the service takes."""
    pod = manifest("Deployment")["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    assert pod["securityContext"]["runAsNonRoot"]
    assert container["securityContext"]["readOnlyRootFilesystem"]
    assert [mount["mountPath"] for mount in container["volumeMounts"]] == ["/tmp"]
    assert pod["enableServiceLinks"] is False
    variables = {variable["name"]: variable for variable in container["env"]}
    drain = float(variables["THEMETAG_DRAIN"]["value"])
    assert pod["terminationGracePeriodSeconds"] > drain + Settings().stop_timeout
    assert "secretKeyRef" in variables["THEMETAG_API_KEYS"]["valueFrom"]


def test_the_image_takes_what_there_is_and_serves_without_rights():
    """Every folder that is copied exists, two stages, no root, a probe, and no address of a registry."""
    text = (ROOT / "Dockerfile").read_text("utf-8")
    for sources in re.findall(r"^COPY (?!--from)(.+) \S+$", text, re.MULTILINE):
        assert all((ROOT / source).exists() for source in sources.split())
    build, serve = text.split("\nFROM ")[1:] if text.startswith("FROM") else text.split("\nFROM ")[-2:]
    assert "themetag train" in build
    assert re.search(r"^USER 10001$", serve, re.MULTILINE)
    assert "HEALTHCHECK" in serve
    assert not re.search(r"index-url|registry|FROM \S+/", text)


def test_compose_opens_to_this_machine_only():
    """Without keys the port is published on loopback."""
    service = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))["services"]["themetag"]
    assert all(port.startswith("127.0.0.1:") for port in service["ports"])
    assert service["read_only"]
    assert service["tmpfs"] == ["/tmp"]


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze is not installed")
def test_systemd_finds_nothing_wrong_with_the_unit():
    """The one complaint is that the program is not at its place here."""
    done = subprocess.run(["systemd-analyze", "verify", UNIT], capture_output=True, text=True, check=False)
    complaints = [line for line in done.stderr.splitlines() if UNIT.name in line]
    assert [line for line in complaints if "/opt/themetag/.venv/bin/themetag is not executable" not in line] == []
