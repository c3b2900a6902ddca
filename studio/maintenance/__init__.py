"""What keeps the studio's data in order: backup, verification, files fetched again, old rows removed."""
