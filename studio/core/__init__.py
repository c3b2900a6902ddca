"""Values, settings and errors that every other room speaks in. Only the settings are read from anywhere."""
