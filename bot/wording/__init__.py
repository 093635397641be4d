"""Every sentence that people read: typed messages and cases in, cards and lines out. No clock, no database, no platform."""
