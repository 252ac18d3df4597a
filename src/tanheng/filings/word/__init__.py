"""Word 报告 The report as a Word document."""
