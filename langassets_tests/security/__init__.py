"""What SECURITY.md says is defended, and how."""
