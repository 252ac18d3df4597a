"""陈述 Printed statements against one another and against the tables."""
