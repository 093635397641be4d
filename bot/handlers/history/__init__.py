"""A month of cases that never were: for a digest worth reading in a demonstration, and for tests of everything that counts."""
