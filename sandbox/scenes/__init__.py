"""The scenes of the sandbox's images: a subject, a palette and a light, chosen by the words of the prompt."""
