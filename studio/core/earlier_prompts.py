"""The prompts that somebody has used, as they were written. Values only."""

from dataclasses import dataclass

from studio.core.expansion import escape
from studio.core.values import Job


@dataclass(frozen=True)
class EarlierPrompt:
    """A prompt, which may have wildcards, by the last job that was made with it, and how many jobs were."""

    job: Job
    jobs: int

    @property
    def text(self) -> str:
        return self.job.template or self.job.prompt

    @property
    def typed(self) -> str:
        """What makes the same jobs again when it is typed: braces of a prompt that was sent are no wildcards."""
        return self.job.template or escape(self.job.prompt)
