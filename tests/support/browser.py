# Copyright (c) 2026, The community.sailpoint authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Headless Chromium, to look at pages as a person does, and to see what pages do by themselves."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement

from support.playbook import ROOT

UNPACKED = ROOT / ".cache" / "chromium"
# They disable what Chromium does in the background, and what doesn't work in a container.
ARGUMENTS = (
    "--headless=new",
    "--window-size=1280,900",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-dev-shm-usage",
    "--disable-extensions",
    "--disable-gpu",
    "--disable-sync",
    # No name resolves, so the browser can't load anything from the network.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost",
)


class Unavailable(Exception):
    """There is no browser. The text is the reason."""


class Browser:
    """A browser with one page.

    :ivar driver: Selenium's driver, for everything that has no method here.
    """

    def __init__(self, profile: Path) -> None:
        program, driver, environment = _installed()
        options = webdriver.ChromeOptions()
        options.binary_location = program
        # Selenium would download a program and a driver that aren't named.
        service = webdriver.ChromeService(executable_path=driver, env={**os.environ, **environment})
        for argument in (*ARGUMENTS, f"--user-data-dir={profile}", *(["--no-sandbox"] if os.geteuid() == 0 else [])):
            options.add_argument(argument)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        with pytest.MonkeyPatch.context() as patch:
            # The driver is on loopback, which a proxy can't reach.
            patch.setenv("no_proxy", "*")
            patch.setenv("NO_PROXY", "*")
            self.driver = webdriver.Chrome(options=options, service=service)

    def __enter__(self) -> Browser:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.driver.quit()

    def open(self, page: Path) -> None:
        """Open a file in a reset browser: no emulation, and empty logs."""
        self.driver.get("about:blank")
        self.emulate()
        self.driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
        for log in ("browser", "performance"):
            self.driver.get_log(log)
        self.driver.get(page.as_uri())

    def complaints(self) -> list[str]:
        """Return the messages on the console since ``open`` or the last call."""
        return [entry["message"] for entry in self.driver.get_log("browser")]

    def loaded(self) -> list[str]:
        """Return the URLs that were requested since ``open`` (including the page) or the last call."""
        messages = [json.loads(entry["message"])["message"] for entry in self.driver.get_log("performance")]
        return [
            message["params"]["request"]["url"]
            for message in messages
            if message["method"] == "Network.requestWillBeSent"
        ]

    def one(self, selector: str) -> WebElement:
        """Return the only element that matches a CSS selector."""
        found = self.driver.find_elements(By.CSS_SELECTOR, selector)
        assert len(found) == 1, f"{len(found)} elements {selector}"
        return found[0]

    def click(self, selector: str) -> None:
        """Click the only matching element."""
        self.one(selector).click()

    def type(self, selector: str, text: str) -> None:
        """Replace the text of the only matching field key by key, as a person does."""
        field = self.one(selector)
        field.send_keys(Keys.END, Keys.BACKSPACE * len(field.get_property("value")), text)

    def text(self, selector: str) -> str:
        """Return the visible text of the only matching element."""
        return self.one(selector).text

    def ask(self, expression: str, *arguments: Any) -> Any:
        """Return the value of a JavaScript expression, in which *arguments* is an array."""
        return self.driver.execute_script(f"return {expression}", *arguments)

    def emulate(self, **features: str) -> None:
        """Set media features, such as prefers_color_scheme."""
        named = [{"name": name.replace("_", "-"), "value": value} for name, value in features.items()]
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": named})

    def resize(self, width: int, height: int) -> None:
        """Set the size of the page in CSS pixels, for example that of a phone."""
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)


def _installed() -> tuple[str, str, dict[str, str]]:
    """Return the program, its driver, and the environment that they need."""
    program, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if program and driver:
        return program, driver, {}
    usr = UNPACKED / "usr"
    if not (usr / "bin" / "chromedriver").exists():
        reason = UNPACKED / "missing.txt"
        raise Unavailable(reason.read_text("utf-8").strip() if reason.exists() else "Run `make functional` once.")
    # Some packages have libraries in their own folders, but look for them in the system's.
    libraries = sorted({str(library.parent) for library in usr.glob("lib/*-linux-gnu*/**/*.so*")})
    environment = {
        "LD_LIBRARY_PATH": os.pathsep.join([*libraries, *filter(None, [os.environ.get("LD_LIBRARY_PATH")])]),
        "FONTCONFIG_FILE": str(UNPACKED / "fonts.conf"),
    }
    # bin/chromium is a script that reads settings of the machine.
    return str(usr / "lib" / "chromium" / "chromium"), str(usr / "bin" / "chromedriver"), environment
