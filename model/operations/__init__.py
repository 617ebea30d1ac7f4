"""What the product does with rasters, one folder or file for each operation."""
