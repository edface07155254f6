"""JOBS: what the desk does by the clock. A job calls a service and holds no logic of the desk."""
