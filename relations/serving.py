"""gunicorn's configuration: `python -m gunicorn -c python:relations.serving relations.wsgi`."""

import os
from pathlib import Path

from relations import logs
from relations.env import read

_env = read(os.environ, base=Path(__file__).resolve().parent.parent)

bind = _env.bind
workers = _env.web_workers
threads = 4
preload_app = True
timeout = 60
graceful_timeout = 10
max_requests = 20_000
max_requests_jitter = 2_000
limit_request_line = 8_190
forwarded_allow_ips = ""  # Django alone decides whom to believe, by PROXIES
control_socket_disable = True
logconfig_dict = logs.configuration(_env.log_level)


def on_starting(_server: object) -> None:
    """The program is loaded, the port is not open yet: `manage.py up` lets us wait here until the database is prepared."""
    if gate := os.environ.get("GATE"):
        os.read(int(gate), 1)
