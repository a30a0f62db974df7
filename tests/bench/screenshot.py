"""The picture of the page for the READMEs: `.venv/bin/python tests/bench/screenshot.py docs/page.png`."""

import base64
import sys
import tempfile
import threading
from pathlib import Path

from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait
from werkzeug.serving import make_server

from model import Tagger
from service.app import create_app

FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--lang=zh-CN"]
SIZE = {"width": 1280, "height": 1000, "deviceScaleFactor": 1, "mobile": False}


def take(address: str, profile: str) -> bytes:
    """The page with its example tagged: Chinese, light, on a desk."""
    options = webdriver.ChromeOptions()
    options.binary_location = "/usr/bin/chromium"
    for flag in [*FLAGS, "--accept-lang=zh-CN", "--hide-scrollbars", f"--user-data-dir={profile}"]:
        options.add_argument(flag)
    with webdriver.Chrome(options=options, service=webdriver.ChromeService("/usr/bin/chromedriver")) as browser:
        browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", SIZE)
        browser.execute_cdp_cmd(
            "Emulation.setEmulatedMedia", {"features": [{"name": "prefers-reduced-motion", "value": "reduce"}]}
        )
        browser.get(address)
        browser.execute_script("document.getElementById('example').click()")
        WebDriverWait(browser, 20).until(lambda _: len(browser.find_elements(By.CSS_SELECTOR, "mark")) > 50)
        browser.execute_script("document.activeElement.blur(); scrollTo(0, 0)")
        browser.execute_async_script("requestAnimationFrame(() => requestAnimationFrame(arguments[0]))")
        return base64.b64decode(browser.execute_cdp_cmd("Page.captureScreenshot", {})["data"])


def main(path: Path) -> None:
    """Serve the shipped model on a free port, and write the picture to `path`."""
    server = make_server("127.0.0.1", 0, create_app(Tagger.load()), threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        path.write_bytes(take(f"http://127.0.0.1:{server.port}/", profile))
    server.shutdown()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
