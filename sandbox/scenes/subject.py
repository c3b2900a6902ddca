"""Chooses the scene for a prompt."""

from collections.abc import Callable
from random import Random

from PIL import Image

from sandbox.scenes import land, things, town
from sandbox.scenes.canvas import Canvas
from sandbox.scenes.light import Mood, mood, named, pick

_WORDS = {
    "vases": "vase|pot|pottery|bowl|cup|tea|still life|jug",
    "flower": "flower|rose|peony|peonie|orchid|tulip|petal|bloom|garden|blossom",
    "street": "street|alley|road|neon|bokeh|market|lane",
    "window": "window|glass|glasses|raindrop|rain",
    "clouds": "cloud|sky",
    "skyline": "city|citie|town|village|skyline|building|tower|roof",
    "dunes": "dune|desert|sand|sahara",
    "forest": "forest|tree|pine|wood|woodland|fir|fox|jungle|deer",
    "sea": "sea|wave|ocean|boat|harbour|beach|lighthouse|lake|river|coast|sail|ship|water|cliff",
    "mountains": "mountain|peak|alp|summit|snow",
    "hills": "hill|ridge|valley|meadow|field|countryside",
}
_SCENES: dict[str, Callable[[Canvas, Mood, Random], None]] = {
    "vases": things.vases,
    "flower": things.flower,
    "street": town.street,
    "window": town.window,
    "clouds": land.clouds,
    "skyline": town.skyline,
    "dunes": land.dunes,
    "forest": land.forest,
    "sea": land.sea,
    "mountains": land.mountains,
    "hills": land.hills,
}


def name(prompt: str) -> str:
    """Return the scene's name by the prompt's words; without any known word, by the prompt's hash, always the same."""
    return named(prompt, _WORDS) or pick(prompt, "subject", tuple(_SCENES))


def draw(prompt: str, seed: int, image: Image.Image, height: int) -> Canvas:
    """Draw the scene in the upper part of an image, `height` pixels high; the seed decides its composition."""
    canvas = Canvas(image.width, height, image)
    _SCENES[name(prompt)](canvas, mood(prompt, seed), Random(seed))
    return canvas
