"""The one app, and Django's admin with our desk in it."""

from django.apps import AppConfig, apps
from django.conf import settings
from django.contrib.admin.apps import AdminConfig
from django.contrib.auth.signals import user_logged_in
from django.db.models.signals import post_migrate


class KbConfig(AppConfig):
    name = "kb"
    verbose_name = "Fixpoint"

    def ready(self) -> None:
        # Here and not in kb/__init__.py: `import kb.matching` must load neither Django nor Celery.
        from kb import deploy_checks, sessions, tasks  # noqa: F401
        from kb.celery import app  # noqa: F401
        from kb.services import roles

        if settings.SENTRY_DSN:
            from kb import error_reports

            error_reports.start(settings.SENTRY_DSN)
        user_logged_in.connect(sessions.begin)
        # After auth's own turn, which comes after ours: by then the permissions are made.
        post_migrate.connect(roles.settle, sender=apps.get_app_config("auth"))


class DeskConfig(AdminConfig):
    default_site = "kb.desk_site.DeskSite"
