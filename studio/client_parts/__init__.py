"""The parts of a client: each is what a person does with one thing, as jobs, models or calls."""
