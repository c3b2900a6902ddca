"""A corpus of small odd files, made anew: what phones, cameras, editors, voice services and hosts give."""

from tests.unit import odd_cuts, odd_pictures, odd_videos, rare_pictures

PICTURES = {**odd_pictures.USUAL, **rare_pictures.RARE}
VIDEOS = odd_videos.VIDEOS
FILES = {**PICTURES, **VIDEOS, **odd_videos.SOUNDS, **odd_cuts.NO_MEDIA}
