"""What the project adds to Jupyter: parameters for papermill in TypeScript, and tidy notebooks. scripts/setup.py makes .venv know it."""
