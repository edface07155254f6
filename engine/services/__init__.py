"""Use-cases of the desk: what chat, jobs, HTTP and the terminal call."""
