"""What a browser session and the process remember between reruns."""
