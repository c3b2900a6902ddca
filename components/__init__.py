"""Everything that draws, or keeps state between reruns. Only this package, the pages and app.py import Streamlit."""
