"""Runs a page's scripts with the real tools, and lets the engine judge what they print.

Scripts come with the repository alone. They are started by a person at a command line and by the tests, and by nothing
that serves readers: no service, view or job may import this package.
"""
