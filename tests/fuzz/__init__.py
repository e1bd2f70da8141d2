"""The API's document held against a real server: Schemathesis as each role, and the code that a generator makes of it."""
