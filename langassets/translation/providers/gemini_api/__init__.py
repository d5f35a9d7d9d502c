"""What Gemini's interface says and is told, apart from the client library."""
