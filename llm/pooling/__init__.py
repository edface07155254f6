"""From calibrated votes to a verdict. Pure."""
