"""What people changed in stored objects: learnt for its place, and put there again (pure)."""
