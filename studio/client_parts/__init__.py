"""The parts of a client, each for one subject: jobs, models, calls and so on."""
