#!/usr/bin/env python3
"""Django's command line: `.venv/bin/python manage.py help`."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kb.settings")
    try:
        from django.core.exceptions import ImproperlyConfigured
        from django.core.management import execute_from_command_line
    except ImportError:
        sys.exit("Django is not installed for this Python. Use `make run`, or `.venv/bin/python manage.py …` after it.")
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as mistake:  # it says what to mend; where in the code it was found helps nobody
        sys.exit(str(mistake))


if __name__ == "__main__":
    main()
