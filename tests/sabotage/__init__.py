"""Would the tests notice? Bugs that others have had, planted one at a time; each has a test, named here, that catches it."""
