"""Composing a questionnaire in the browser: small edits of its document, pages that show it, the preview, the review."""
