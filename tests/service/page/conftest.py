"""The page in a real Chromium: one server and one browser a session, a fresh page a test."""

import json
import shutil
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Response, request
from selenium import webdriver
from selenium.common.exceptions import NoSuchElementException, StaleElementReferenceException
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait
from werkzeug.serving import WSGIRequestHandler, make_server

from service.app import create_app
from service.settings import Settings

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--accept-lang=zh-CN",
    "--lang=zh-CN",
]


class Quiet(WSGIRequestHandler):
    """A handler that says nothing of its requests."""

    def log_request(self, *args):
        pass


class Site:
    """The service, and what was asked of it."""

    def __init__(self, tagger, settings):
        self.calls: list[str] = []
        self.instead: dict[str, Callable[[], Response | None]] = {}
        app = create_app(tagger, settings)
        app.before_request(self._before)
        self.server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
        self.server.daemon_threads = False
        self.url = f"http://127.0.0.1:{self.server.port}/"

    def _before(self):
        self.calls.append(f"{request.method} {request.path}")
        answer = self.instead.get(request.path)
        return answer() if answer else None


@pytest.fixture(scope="session")
def served(tagger):
    site = Site(tagger, Settings(max_paragraphs=6, max_characters=200, max_document_bytes=20_000))
    thread = threading.Thread(target=site.server.serve_forever)
    thread.start()
    yield site
    site.server.shutdown()
    thread.join()
    site.server.server_close()


@pytest.fixture
def site(served):
    """The service, as if just started."""
    served.calls.clear()
    yield served
    served.instead.clear()


@pytest.fixture(scope="session")
def browser(tmp_path_factory):
    chromium, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if not (chromium and driver):
        pytest.skip("no Chromium here: on Debian, apt-get install chromium chromium-driver")
    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    for flag in [*FLAGS, f"--user-data-dir={tmp_path_factory.mktemp('chromium')}"]:
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    opened = webdriver.Chrome(options=options, service=webdriver.ChromeService(driver))
    yield opened
    opened.quit()


class Page:
    """What a reader does with the page and sees of it."""

    def __init__(self, browser, site):
        self.browser, self.site = browser, site

    def open(self):
        self.browser.get(self.site.url)
        self.until(lambda: self.text("#digest"))
        return self

    def until(self, true):
        """Wait for what should come, while the page may draw anew what is looked at; its value."""
        moving = [NoSuchElementException, StaleElementReferenceException]
        return WebDriverWait(self.browser, 10, 0.02, moving).until(lambda _: true())

    def all(self, selector):
        return self.browser.find_elements(By.CSS_SELECTOR, selector)

    def one(self, selector):
        return self.browser.find_element(By.CSS_SELECTOR, selector)

    def text(self, selector):
        return self.one(selector).text

    def run(self, script, *arguments):
        return self.browser.execute_script(script, *arguments)

    def load(self, module, expression):
        """The value of `expression`, in which `it` is a module of the page."""
        script = f"const done = arguments[0]; import('/page/{module}').then((it) => done({expression}))"
        return self.browser.execute_async_script(script)

    def paste(self, text):
        """Paste `text`, tag it, and wait for the result."""
        self.run("document.getElementById('text').value = arguments[0]", text)
        self.one("#go").click()
        self.until(lambda: self.shown() and self.text("#go") in ("标注主题", "Tag themes"))

    def upload(self, path: Path):
        self.one("#file").send_keys(str(path))
        self.until(lambda: self.text("#source") == path.name or self.text("#problem"))

    def shown(self):
        """The paragraphs that are not filtered away."""
        return [item for item in self.all(".paragraph") if item.is_displayed()]

    def themes(self):
        """The keys of the themes said of each shown paragraph."""
        script = "return [...document.querySelectorAll('.paragraph:not([hidden])')].map((item) => \
            [...item.querySelectorAll('.chip.yes')].map((chip) => chip.dataset.theme).sort())"
        return self.run(script)

    def set_threshold(self, key, value):
        script = "arguments[0].value = arguments[1]; arguments[0].dispatchEvent(new Event('input'))"
        self.run(script, self.one(f"input[type=range][data-theme={key}]"), value)

    def device(self, width, height, scheme="light"):
        """Show the page on a screen of this size, in this scheme of colours."""
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        self.browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        features = {"prefers-color-scheme": scheme, "prefers-reduced-motion": "reduce"}
        media = {"features": [{"name": name, "value": value} for name, value in features.items()]}
        self.browser.execute_cdp_cmd("Emulation.setEmulatedMedia", media)
        drawn = "const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(() => done()))"
        self.browser.execute_async_script(drawn)

    def asked(self):
        """The addresses that the browser has asked since the last time this was called."""
        messages = [json.loads(entry["message"])["message"] for entry in self.browser.get_log("performance")]
        return [one["params"]["request"]["url"] for one in messages if one["method"] == "Network.requestWillBeSent"]


@pytest.fixture
def page(browser, site):
    """The page, opened by someone who was never here; at the end its console must be free of its own mistakes."""
    browser.execute_cdp_cmd("Storage.clearDataForOrigin", {"origin": site.url, "storageTypes": "all"})
    browser.get_log("browser")
    opened = Page(browser, site)
    opened.device(1280, 900)
    yield opened.open()
    told = [entry["message"] for entry in browser.get_log("browser")]
    assert [message for message in told if "Failed to load resource" not in message] == []
