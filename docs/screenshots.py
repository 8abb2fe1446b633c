"""Take the pictures of the documentation: the login window and the HTML report, as they are.

    python docs/screenshots.py [FOLDER]

Everything in them comes from a local Identity Center with an invented organization. It takes
Chromium with its driver, and Xvfb.
"""

from __future__ import annotations

import argparse
import io
import os
import runpy
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from PIL import Image, ImageGrab
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import Select

import ssokit
from ssokit.testing import FakeIdentityCenter, IdentityCenterServer, Ignores

_ROOT = Path(__file__).parents[1]
_REPORT_SIZE = (1040, 640)
_SCREEN = "800x600x24"
_COLOURS = 128
_DRAWN_MS = 400


def main() -> None:
    """Take all pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=_ROOT / "docs" / "images")
    folder = parser.parse_args().folder
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch, _local(Path(scratch)) as center:
        _save(_tk_window(center), folder / "tk-login.png")
        _save(_report(Path(scratch)), folder / "assignments-report.png")


@contextmanager
def _local(home: Path) -> Iterator[FakeIdentityCenter]:
    center = FakeIdentityCenter(person=Ignores())
    ours = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    with IdentityCenterServer(center) as server:
        os.environ.clear()
        os.environ.update(
            ours,
            **server.environment(),
            AWS_ACCESS_KEY_ID="AKIAEXAMPLE",
            AWS_SECRET_ACCESS_KEY="invented",  # noqa: S106 - it opens nothing
            HOME=str(home),
            NO_PROXY="127.0.0.1",
            no_proxy="127.0.0.1",
        )
        yield center


def _save(picture: Image.Image, path: Path) -> None:
    # A palette makes it a third of the size, and nobody sees the difference.
    picture.convert("RGB").quantize(_COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)
    print(path, f"{path.stat().st_size // 1024} KiB")


def _tk_window(center: FakeIdentityCenter) -> Image.Image:
    with _screen() as display:
        os.environ["DISPLAY"] = display
        example = runpy.run_path(str(_ROOT / "examples" / "tk_login.py"))
        window = example["LoginWindow"](ssokit.IdentityCenter(center.start_url, center.region))
        taken: list[Image.Image] = []

        def take() -> None:
            left, top = window.winfo_rootx(), window.winfo_rooty()
            box = (left, top, left + window.winfo_width(), top + window.winfo_height())
            taken.append(ImageGrab.grab(box, xdisplay=display))
            window.cancel()

        _when(window, lambda: bool(window.code.get()), take)
        window.mainloop()
    return taken[0]


def _when(window: Any, ready: Callable[[], bool], then: Callable[[], object]) -> None:
    def look() -> None:
        if ready():
            window.after(_DRAWN_MS, then)
        else:
            window.after(20, look)

    look()


@contextmanager
def _screen() -> Iterator[str]:
    reader, writer = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writer), "-screen", "0", _SCREEN, "-nolisten", "tcp"],
        pass_fds=[writer],
        stderr=subprocess.DEVNULL,
    )
    os.close(writer)
    try:
        with os.fdopen(reader) as said:
            yield f":{said.readline().strip()}"
    finally:
        server.terminate()
        server.wait()


def _report(scratch: Path) -> Image.Image:
    page = scratch / "report.html"
    command = [sys.executable, "-m", "ssokit", "assignments", "--region", "us-east-1", "--quiet"]
    subprocess.run([*command, "--html", str(page)], check=True)
    with _chromium(scratch / "profile") as browser:
        browser.get(page.as_uri())
        Select(browser.find_element(By.ID, "group")).select_by_visible_text("account")
        browser.execute_script("document.activeElement.blur()")
        return Image.open(io.BytesIO(browser.get_screenshot_as_png()))


@contextmanager
def _chromium(profile: Path) -> Iterator[webdriver.Chrome]:
    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium") or "google-chrome"
    for flag in (
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--hide-scrollbars",
        f"--user-data-dir={profile}",
    ):
        options.add_argument(flag)
    browser = webdriver.Chrome(
        options=options, service=webdriver.ChromeService(shutil.which("chromedriver"))
    )
    try:
        width, height = _REPORT_SIZE
        browser.execute_cdp_cmd(
            "Emulation.setDeviceMetricsOverride",
            {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False},
        )
        yield browser
    finally:
        browser.quit()


if __name__ == "__main__":
    main()
