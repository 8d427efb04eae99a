"""What judges the stores."""
