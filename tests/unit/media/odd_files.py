"""A corpus of small odd files, made anew: what phones, cameras, editors, voice services and hosts give."""

from tests.unit.media import odd_cuts, odd_pictures, odd_videos, rare_pictures

PICTURES = {**odd_pictures.USUAL, **rare_pictures.RARE}
VIDEOS, SOUNDS = odd_videos.VIDEOS, odd_videos.SOUNDS
FILES = {**PICTURES, **VIDEOS, **SOUNDS, **odd_cuts.NO_MEDIA}
