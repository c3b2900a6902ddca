"""What a browser session and the process keep between reruns."""
