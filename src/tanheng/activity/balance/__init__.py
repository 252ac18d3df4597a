"""平衡表 The energy balance table as activity."""
