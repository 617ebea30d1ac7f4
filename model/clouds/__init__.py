"""What is cloud in an image, and how files say it."""
