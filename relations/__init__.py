"""The project: wiring only. Importing it binds shared tasks to our Celery application."""

from relations.celery import app as celery_app

__all__ = ["celery_app"]
