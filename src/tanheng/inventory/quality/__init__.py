"""质量 How good a number is: grades, completeness by share, and the checks of a method."""
