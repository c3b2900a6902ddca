"""Everything that draws, or remembers between reruns. Only this, the pages and app.py know Streamlit."""
