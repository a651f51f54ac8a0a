"""Files made to be read in two ways."""
