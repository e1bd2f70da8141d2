"""What beat wakes, how often, and in which queue. PostgreSQL knows what is to be done: each entry is harmless when doubled."""

from typing import Any

from celery.schedules import crontab

BEAT: dict[str, dict[str, Any]] = {
    "send-digests": {"task": "recommendations.tasks.send_digests", "schedule": 60, "options": {"expires": 55}},
    "check-evidence": {"task": "recommendations.tasks.check_evidence", "schedule": 60, "options": {"expires": 55}},
    "run-imports": {"task": "recommendations.tasks.run_imports", "schedule": 60, "options": {"expires": 55}},
    "send-calls": {"task": "recommendations.tasks.send_calls", "schedule": 60, "options": {"expires": 55}},
    "measure-pace": {"task": "recommendations.tasks.measure_pace", "schedule": crontab(hour="0", minute="10")},
    "forget-answers": {"task": "recommendations.tasks.forget_answers", "schedule": crontab(hour="3", minute="40")},
    "forget-visitors": {"task": "recommendations.tasks.forget_visitors", "schedule": crontab(hour="3", minute="50")},
    "forget-sessions": {"task": "recommendations.tasks.forget_sessions", "schedule": crontab(hour="4", minute="0")},
    "process-bounces": {
        "task": "recommendations.tasks.process_bounces",
        "schedule": 3600,
        "options": {"expires": 3500},
    },
    # Once a day each; asked for every hour, so that a worker that was away at midnight makes up for it.
    "publish-head": {"task": "recommendations.tasks.publish_head", "schedule": 3600, "options": {"expires": 3500}},
    "verify-history": {"task": "recommendations.tasks.verify_history", "schedule": 3600, "options": {"expires": 3500}},
}
# What waits for others' servers has workers of its own, so that mail does not wait behind it.
ROUTES = {
    "recommendations.tasks.check_evidence": {"queue": "archive"},
    "recommendations.tasks.send_calls": {"queue": "hooks"},
}
