"""The WeryAI API in Python. Nothing here knows of a database or of Streamlit."""
