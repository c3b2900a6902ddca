"""The prompts that somebody has used. Values only."""

from dataclasses import dataclass

from studio.core.values import Job


@dataclass(frozen=True)
class EarlierPrompt:
    """A prompt, by the last job that was made with it, and how many jobs were."""

    job: Job
    jobs: int

    @property
    def text(self) -> str:
        return self.job.prompt
