"""Pages of the composer: the desk (what there is), the draft and its parts, conditions, the preview, the review."""
