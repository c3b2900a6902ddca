"""`make check-live`: how the WeryAI service of the settings differs from what is documented of it.

It asks only for what is free; with SPEND=yes in the environment it also makes one image and one video. The exit code is
0 when it ran, whatever it found, and 2 when it could not run.
"""

import sys
from collections.abc import Mapping

from live_check.recorder import Pace
from live_check.run import check
from studio.core import settings
from studio.core.errors import StudioError


def main(environment: Mapping[str, str] | None = None, pace: Pace = Pace()) -> int:  # noqa: B008 - it is frozen
    """Compare and report; the environment is that of the studio if none is given. Returns the exit code."""
    try:
        environment = settings.environment() if environment is None else environment
        spend = environment.get("SPEND", "").strip().lower() == "yes"
        file = check(settings.read(environment), spend=spend, say=_say, pace=pace)
    except StudioError as error:
        print(f"{error.message} {error.hint}".strip(), file=sys.stderr)
        return 2
    _say(f"Report: {file}, with a JSON copy beside it. Neither has the key.")
    return 0


def _say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
