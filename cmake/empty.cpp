// A translation unit for targets whose sources are headers only.
