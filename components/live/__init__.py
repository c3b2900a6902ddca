"""How an open page follows what happens: its tab is told, and draws what changed and nothing else."""
