"""网页报告 The report as one HTML file."""
