"""填报表 Workbooks to fill in for a method."""
