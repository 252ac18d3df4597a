"""路径 Roads on the platform: sets of files, and the documents that analyses make of them."""
