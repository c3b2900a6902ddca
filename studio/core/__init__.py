"""Values, settings and errors that all other rooms use. Only the settings are read from outside the program."""
