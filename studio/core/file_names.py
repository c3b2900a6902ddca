"""The names of downloaded files: first words of the prompt, model, day and time, a number. Letters and digits alone."""

import re
from pathlib import PurePosixPath

from studio.core import redaction
from studio.core.values import Job, Output

_MOST_WORDS, _LONGEST = 6, 40  # of the prompt: words, and characters
_LONGEST_MODEL = 28  # characters


def of_job(job: Job) -> str:
    """Return the name of a job's files, without number and ending. It has no key, even if the inputs have one."""
    begin, model = _plain(_words(job.prompt)[:_MOST_WORDS], _LONGEST), _plain(_words(job.model), _LONGEST_MODEL)
    return "-".join(filter(None, [begin or "weryai", model, f"{job.created_at:%m%d-%H%M}"]))


def of_comparison(name: str) -> str:
    """Return the name of a file about a comparison with this name, without ending."""
    return "-".join(filter(None, ["comparison", _plain(_words(name)[:_MOST_WORDS], _LONGEST)]))


def _words(text: str) -> list[str]:
    return re.findall(r"[a-z0-9]+", redaction.text(text, "").lower())


def _plain(words: list[str], longest: int) -> str:
    return "-".join(words)[:longest].strip("-")


def of_output(job: Job, output: Output) -> str:
    """Return the name of a file, with its number in the job."""
    return f"{of_job(job)}-{job.outputs.index(output) + 1}{PurePosixPath(output.key).suffix}"


class FreeNames:
    """The names of files in one folder. No two have the same stem, so each can have a JSON beside it."""

    def __init__(self) -> None:
        self._stems = set[str]()

    def take(self, job: Job, output: Output) -> str:
        """Return a name for a file: its usual one, with the output's ID if another file has that."""
        name = PurePosixPath(of_output(job, output))
        if name.stem in self._stems:
            name = name.with_stem(f"{name.stem}-{output.id}")
        self._stems.add(name.stem)
        return str(name)
