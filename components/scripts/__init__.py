"""What runs in the browser beside Streamlit, in plain JavaScript. Nothing of a user or of the API is in it."""
