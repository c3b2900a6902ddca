"""The call history: what is wanted of it, a job's trace, what an error means, what is kept."""
