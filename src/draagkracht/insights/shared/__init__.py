"""Pages that more than one person sees. They read published rows and nothing else: no answer, no score, no roster."""
