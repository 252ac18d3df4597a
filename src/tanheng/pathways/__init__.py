"""路径 Pathways: where emissions are going and the roads they can take. Uses `drivers` and below; rooms within, each a noun of planning."""
