"""路由 Routes of the API: one file per noun."""
