"""Plain JavaScript that runs in the browser beside Streamlit. It contains no data of users or of the API."""
