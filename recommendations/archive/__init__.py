"""The workshop that reads cited links: fetch safely, judge, keep what was said, compare."""
