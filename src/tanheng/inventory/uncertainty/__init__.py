"""不确定性 Uncertainty by propagation and by draws, trends, and key categories."""
