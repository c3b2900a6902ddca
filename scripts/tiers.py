"""Runs the tiers of the tests one after another, says how long each took, and fails if one of them failed.

`python -m scripts.tiers [tier …]`: all tiers, or these.
"""

import subprocess
import sys
import time

# What is slow waits for others more than it computes, so there are more workers than processors (two). A browser and
# its studio fill a processor.
TIERS = {
    "unit": ["tests/unit", "tests/test_layers.py", "-n", "3"],
    "flows": ["tests/flows", "-n", "4"],
    "pages": ["tests/pages", "-n", "3"],
    "browser": ["tests/browser", "-n", "2"],
}


def run(tier: str) -> int:
    """The exit code of pytest for this tier."""
    return subprocess.run([sys.executable, "-m", "pytest", "--dist", "loadfile", *TIERS[tier]], check=False).returncode


def main() -> None:
    took, failed = {}, []
    for tier in sys.argv[1:] or TIERS:
        began = time.monotonic()
        if run(tier):
            failed.append(tier)
        took[tier] = time.monotonic() - began
    print("Tiers: " + " · ".join(f"{tier} {seconds:.0f} s" for tier, seconds in took.items()))
    if failed:
        sys.exit(f"Failed: {', '.join(failed)}")


if __name__ == "__main__":
    main()
