"""The one app."""

from django.apps import AppConfig


class KbConfig(AppConfig):
    name = "kb"
    verbose_name = "Fixpoint"

    def ready(self) -> None:
        # Here and not in kb/__init__.py: `import kb.matching` must load neither Django nor Celery.
        from kb import tasks  # noqa: F401
        from kb.celery import app  # noqa: F401
