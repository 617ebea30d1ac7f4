"""Reconstruction of one scene: what tells the colour of hidden ground."""
