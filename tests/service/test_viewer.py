"""The page of documentation works by itself, without internet."""

import re
import shutil
import subprocess
import threading

import pytest
from werkzeug.serving import make_server

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = [
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking",
    "--disable-component-update --disable-sync --virtual-time-budget=10000 --enable-logging=stderr --v=0 --dump-dom",
]


@pytest.fixture
def address(app):
    """The address of the service, in a thread."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_page_names_only_what_the_service_has(client):
    """Its files are answered here, and its rules let it load nothing from elsewhere."""
    page = client.get("/docs")
    assert page.mimetype == "text/html"
    assert page.headers["Content-Security-Policy"].startswith("default-src 'self';")
    named = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert len(named) == 4
    for name in named:
        with client.get(f"/{name}") as answer:
            assert answer.status_code == 200, name
    assert "<script>" not in page.text
    assert "http" not in page.text


@pytest.mark.parametrize("name", ["nothing.js", "../__init__.py", "__init__.py", "/etc/passwd"])
def test_other_files_are_not_served(client, name):
    """Neither what does not exist nor what lies beside the page."""
    assert client.get(f"/docs/{name}").json["type"] == "urn:themetag:unknown-route"


@pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium (Debian: apt-get install chromium)")
def test_a_browser_shows_the_routes(address, tmp_path):
    """Chromium draws them from /openapi.json, and no rule of the page is broken."""
    command = [CHROMIUM, *" ".join(FLAGS).split(), f"--user-data-dir={tmp_path}", f"{address}/docs"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    assert set(re.findall(r'data-path="([^"]+)"', done.stdout)) >= {"/v1/tag", "/v1/documents", "/readyz"}
    assert "Content Security Policy" not in done.stderr
