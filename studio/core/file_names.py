"""The names of downloaded files: the first words of the prompt, day and time, a number. Letters and digits alone."""

import re
from pathlib import PurePosixPath

from studio.core import redaction
from studio.core.values import Job, Output

_MOST_WORDS, _LONGEST = 6, 60  # of the prompt: words, and characters


def of_job(job: Job) -> str:
    """Return the name of a job's files, without number and ending. It has no key, even if the prompt has one."""
    words = re.findall(r"[a-z0-9]+", redaction.text(job.prompt, "").lower())[:_MOST_WORDS]
    begin = "-".join(words)[:_LONGEST].strip("-")
    return f"{begin or 'weryai'}-{job.created_at:%m%d-%H%M}"


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
