"""What the sandbox's pictures show: a subject, a palette and a light, chosen by the words of the prompt."""
