"""Kill Buckstop, at random and at every named point, and compare what people were told with what an independent oracle says."""
