"""The Compare page: jobs side by side, two results on one stage, votes, and what is known of each model."""
