"""The functions, filters and tests of the template language: one module per family, each with its EXPORTS table."""
