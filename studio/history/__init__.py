"""The call history: its queries, a job's trace, the meaning of errors, and exports."""
