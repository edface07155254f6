"""Values, events, commands, reasons, errors, ports and parameters: the words of the desk."""
