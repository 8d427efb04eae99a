"""What tests share: the app behind its real pipeline."""
