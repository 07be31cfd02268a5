"""The language: text in Chinese or English to a checked scheme. Reads no files and knows no engine."""
