"""The sandbox's answers over the wire: which ids a submission gets, and what comes where there is nothing."""

from typing import Any

import pytest
import requests

from sandbox import facts
from sandbox.server import Sandbox
from studio.core import errors
from studio.weryai.api import WeryAI
from studio.weryai.transport import About
from tests.conftest import KEY, order

ADDRESS = "https://static.weryai.com/a.png"
INPUTS: dict[str, dict[str, Any]] = {
    "text-to-image": {"model": "WERYAI_IMAGE_2_0", "aspect_ratio": "1:1"},
    "image-to-image": {"model": "WERYAI_IMAGE_2_0", "aspect_ratio": "1:1", "images": [ADDRESS] * 3},
    "text-to-video": {"model": "SEEDANCE_2_0", "aspect_ratio": "1:1", "duration": 5},
    "image-to-video": {"model": "SEEDANCE_2_0", "aspect_ratio": "1:1", "duration": 5, "image": ADDRESS},
    "multi-image-to-video": {"model": "WERYDANCE_2_0", "duration": 4, "images": [ADDRESS] * 3},
    "first-last-image-to-video": {
        **{"model": "WERYDANCE_2_0", "duration": 4},
        **{"first_pic_url": ADDRESS, "end_pic_url": ADDRESS},
    },
    "almighty-reference-to-video": {"model": "WERYDANCE_2_0", "duration": 4, "images": [ADDRESS] * 9},
}
LONE, BATCH = {"task_id", "task_status"}, {"batch_id", "task_ids"}


def posted(sandbox: Sandbox, path: str, body: Any) -> requests.Response:
    headers = {"Authorization": f"Bearer {KEY}"}
    return requests.post(f"{sandbox.url}/v1/generation/{path}", json=body, headers=headers, timeout=10)


def test_every_path_is_tried_here() -> None:
    assert {path.rpartition("/")[2] for path in facts.PATHS} == set(INPUTS)


@pytest.mark.parametrize("path", INPUTS)
def test_a_lone_submission_gets_the_ids_that_its_page_documents(sandbox: Sandbox, path: str) -> None:
    """Only of a video from text a user's code reads the one id."""
    answer = posted(sandbox, path, {"prompt": "two hills", **INPUTS[path]}).json()
    is_lone = path in ("text-to-video", "almighty-reference-to-video")
    assert set(answer["data"]) == (LONE if is_lone else BATCH), answer


@pytest.mark.parametrize(("length", "code"), [(3, 1002), (4, 0), (15, 0), (16, 1002)])
def test_werydance_takes_four_to_fifteen_seconds(sandbox: Sandbox, length: int, code: int) -> None:
    order(sandbox, "balance", key=KEY, credits=10_000)
    for path in ("multi-image-to-video", "almighty-reference-to-video"):
        answer = posted(sandbox, path, {"prompt": "two hills", **INPUTS[path], "duration": length}).json()
        assert answer["status"] == code, answer


@pytest.mark.parametrize(
    ("model", "quality", "code"),
    [("GPT_IMAGE_2", "high", 0), ("GPT_IMAGE_2", "best", 1002), ("WERYAI_IMAGE_2_0", "high", 1002)],
)
def test_a_quality_is_taken_by_the_model_that_has_one(sandbox: Sandbox, model: str, quality: str, code: int) -> None:
    body = {"model": model, "prompt": "x" * 2000, "aspect_ratio": "1:1", "quality": quality}
    assert posted(sandbox, "text-to-image", body).json()["status"] == code
    assert posted(sandbox, "text-to-image", {**body, "prompt": "x" * 2001}).json()["status"] == (code or 0)


@pytest.mark.parametrize(
    ("method", "path", "http"),
    [("GET", "/v2/none", 404), ("POST", "/v1/generation/none", 404), ("GET", "/v1/generation/text-to-image", 405)],
)
def test_a_path_that_is_none_answers_in_the_envelope(sandbox: Sandbox, method: str, path: str, http: int) -> None:
    answer = requests.request(method, sandbox.url + path, timeout=10)
    assert (answer.status_code, answer.json()["status"]) == (http, 1002)
    assert answer.json()["message"] == f"no such path: {method} {path}"


def test_a_path_that_is_none_is_no_task_that_is_gone(api: WeryAI) -> None:
    with pytest.raises(errors.InvalidInputError, match="no such path"):
        api._api.get("/v2/none", About())


def test_a_rejected_key_has_its_two_texts(sandbox: Sandbox) -> None:
    order(sandbox, "dialect", rejected="desc")
    answer = requests.get(f"{sandbox.url}/v1/generation/balance", timeout=10).json()
    assert answer == {"status": 1002, "desc": "Authentication failed", "message": "Invalid API Key"}


@pytest.mark.parametrize("group", ["image", "video"])
def test_the_registry_tells_what_the_vendors_client_reads(sandbox: Sandbox, group: str) -> None:
    headers = {"Authorization": f"Bearer {KEY}"}
    told = requests.get(f"{sandbox.url}/growthai/v1/{group}/models", headers=headers, timeout=10).json()["data"]
    for mode, entries in told.items():
        for entry in entries:
            if group == "image":
                assert entry["num_images"] == [1, 2, 3, 4] and isinstance(entry["resolutions"], list)
            if not mode.startswith("text"):
                assert entry["upload_image_limit"] >= 1
            if group == "video" and not mode.startswith("text"):
                assert entry["support_multiple_images"] is (entry["upload_image_limit"] > 1), entry
