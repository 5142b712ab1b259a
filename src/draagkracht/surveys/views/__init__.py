"""Pages of this room: answering (personal link), parts (script and style), posters, waves (for who runs them)."""
