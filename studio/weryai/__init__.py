"""The WeryAI API in Python. This room knows neither the database nor Streamlit."""
