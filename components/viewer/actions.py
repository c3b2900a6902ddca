"""What can be done with a result in the viewer: use it as an input, or make the next job from its inputs."""

from typing import Any

from components.cards import reuse, sharing, use_as_input
from studio.client import Client
from studio.core.errors import StudioError
from studio.core.values import Job, Output

_USE, _REUSE = "Use as input", "Reuse"


def offered(client: Client, output: Output) -> list[dict[str, Any]]:
    """Return the groups of actions, each with its names; none for who may not spend."""
    if client.may_not_spend:
        return []
    uses = [use.label for use in use_as_input.uses(output)]
    groups = [{"title": _USE, "names": uses}, {"title": _REUSE, "names": list(reuse.WAYS)}]
    return [group for group in groups if group["names"]]


def perform(client: Client, pressed: Any) -> str:
    """Do what was pressed, which opens the form's page; return a problem as a text if it could not be done."""
    match pressed:
        case {"view": str(view), "name": str(name)}:
            found = sharing.find_result(client, view)
        case _:
            return ""
    if not found or found[0].may_not_spend:
        return "You can't use this result."
    client, job, output = found
    title, _, choice = name.partition(": ")
    try:
        _perform(client, job, output, title, choice)
    except StudioError as error:
        return f"{error.message} {error.hint}".strip()
    return ""


def _perform(client: Client, job: Job, output: Output, title: str, choice: str) -> None:
    if title == _REUSE and choice in reuse.WAYS:
        reuse.fill(job, choice)
    use = next((use for use in use_as_input.uses(output) if use.label == choice), None)
    if title == _USE and use:
        use_as_input.add_to_form(client, job, output, use)
