"""The field that a refusal blames, and what it means, for each known message (docs/weryai-api.md 3.3, 13)."""

import pytest

from studio.core import errors
from studio.weryai import refusals

BLAMED = {
    "model": """model cannot be empty; model is not exist; model not supported; model X1 is not supported for video;
        model does not exist""",
    "prompt": "prompt cannot be empty; prompt length cannot exceed 2000; prompt and bg_color cannot both be empty",
    "negative_prompt": "negative prompt is not supported; negative_prompt is not supported; negativePrompt error",
    "image": """image cannot be empty; image url cannot be empty; image url error; image_url cannot be empty;
        image only support jpg, jpeg, png, webp; image file size must be less than 10mb; image type X is not allowed""",
    "images": """images cannot be empty; images exceeds the limit; does not support multiple images;
        model does not support multiple images""",
    "videos": "video url cannot be empty; video url error; videos exceeds the limit 3; video only support mp4, mov",
    "audios": """audio url cannot be empty; audio url error; audios exceeds the limit 3; audio only support mp3, wav;
        audio url error: audios need images or videos; audios cannot be empty; audio duration must be 2 to 15;
        does not support audio files of this format; audio file is too large""",
    "generate_audio": """generate audio is not supported; generate_audio is not supported; generateAudio is wrong;
        parameter error: generate_audio must be str; audio generation is not supported; audio is not supported;
        this model does not support audio; audio cannot be generated for this model""",
    "aspect_ratio": "aspect ratio cannot be empty; aspect ratio 7:1 is not supported; aspectRatio is not supported",
    "resolution": "resolution cannot be empty; resolution 9k is not supported; video resolution 9k is not supported",
    "duration": "duration cannot be empty; duration 3 is not supported; video duration 3 is not supported",
    "video_number": "video number 9 is not supported; video_number must be int",
    "image_number": "image number 9 is not supported; image_number must be int",
    "first_pic_url": "first pic url cannot be empty; first_pic_url error; first frame url error",
    "end_pic_url": "end pic url cannot be empty; end_pic_url error; last frame url error",
    "quality": "quality X is not supported; parameter error: unknown field quality",
    "webhook_url": "parameter error: unknown field webhook_url; webhook url error",
    "": """only image, video and audio files are supported; video or audio file size must be less than 50mb; file empty;
        file content does not match the extension or is unsupported; only support jpg, jpeg, png, webp;
        target language cannot be empty; language cannot be empty; query cannot be empty; speakers cannot be empty;
        mode cannot be empty; music type cannot be empty; template config id cannot be empty;
        config ids cannot be empty; this template config is not available for api; config ids cannot exceed 50;
        rectVOList cannot be empty; upscale factor 9 is not supported; type X is not supported; callerId not exist;
        task id cannot be empty; task not exist; text-to-video is not available; image to video failed;
        video generation is not available""",
}
SAID = [(field, " ".join(said.split())) for field, known in BLAMED.items() for said in known.split(";")]


@pytest.mark.parametrize(("field", "said"), SAID)
def test_each_message_blames_its_field_alone(field: str, said: str) -> None:
    assert refusals.error_class("POST", 200, 1002, said) is errors.InvalidInputError
    assert refusals.blamed_field(errors.InvalidInputError, 1002, said) == field


NOT_THERE = (
    *("task not exist", "batch not exist", "no tasks found", "task id error", "batch id error"),
    *("task id cannot be empty", "batch id cannot be empty", "task_id is required", "taskId cannot be empty"),
    *("task does not exist", "task not found", "The task is not found", "task id is invalid", "任务不存在"),
)


@pytest.mark.parametrize("said", NOT_THERE)
@pytest.mark.parametrize(("http", "code"), [(200, 1002), (200, 1001), (400, 1001), (400, None)])
def test_a_question_about_what_is_not_there_is_not_found(http: int, code: int | None, said: str) -> None:
    assert refusals.error_class("GET", http, code, said) is errors.NotFoundError
    assert refusals.error_class("POST", http, code, said) is errors.InvalidInputError


@pytest.mark.parametrize("said", ["task error", "task failed", "parameter error", "task status is not supported"])
def test_what_only_speaks_of_a_task_does_not_say_that_it_is_not_there(said: str) -> None:
    assert refusals.error_class("GET", 200, 1002, said) is errors.InvalidInputError
