"""Makes sure that the browser tests find a Chromium: Debian's package where root can, else Playwright's download."""

import os
import shutil
import subprocess
import sys

# The shell is Chromium without its window: what Playwright runs by default, and a sixth quicker.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")


def main() -> None:
    if any(map(shutil.which, NAMES)):
        return
    if shutil.which("apt-get") and os.geteuid() == 0:
        run("apt-get", "update", "-qq")
        done = any(run("apt-get", "install", "-y", "-qq", "--no-install-recommends", name) for name in NAMES[:2])
    else:
        done = run(sys.executable, "-m", "playwright", "install", "chromium")
    if not done:
        sys.exit("The browser tests need Chromium, which could not be installed. Install the package chromium.")


def run(*command: str) -> bool:
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    return subprocess.run(command, check=False, stdout=subprocess.DEVNULL, env=quiet).returncode == 0


if __name__ == "__main__":
    main()
