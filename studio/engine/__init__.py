"""What moves jobs: one set of workers an account, that sends, asks, saves and uploads."""
