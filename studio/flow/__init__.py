"""How a job flows: submitted once, followed, brought home, its files kept."""
