"""Django's settings: one file, constants and what the environment says; no branch but DEBUG."""

import logging
import os
from pathlib import Path

import structlog
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from relations import forms, logs, schedule
from relations.env import read

BASE_DIR = Path(__file__).resolve().parent.parent
ENV = read(os.environ, base=BASE_DIR)

DEBUG = ENV.debug
SECRET_KEY = ENV.secret_key
ALLOWED_HOSTS = list(ENV.allowed_hosts)
PUBLIC_URL = ENV.public_url
PUBLIC_SITE = ENV.public_site
HOME = ENV.home

ROOT_URLCONF = "relations.urls"
WSGI_APPLICATION = "relations.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "recommendations",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.mfa",
    "allauth.usersessions",
    "csp",
    "django_prometheus",
    "django_structlog",
    "rest_framework",
]

MIDDLEWARE = [
    "django_prometheus.middleware.PrometheusBeforeMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "relations.middleware.Compressed",
    "relations.middleware.guard",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "relations.middleware.reader",
    "relations.middleware.public_site",
    "relations.middleware.second_factor",
    "relations.middleware.seen",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "recommendations.web.refusals.Refusals",
    "django_prometheus.middleware.PrometheusAfterMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# What is kept, and where

DATABASES = {
    "default": {
        **ENV.database,
        "ENGINE": "django.db.backends.postgresql",
        "CONN_MAX_AGE": 300,
        "CONN_HEALTH_CHECKS": True,
        # models/prepared.py: a statement that came twice is planned once in its session
        "OPTIONS": {"connect_timeout": 5, "prepare_threshold": 2, **ENV.database.get("OPTIONS", {})},
    }
}
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": ENV.cache_url,
        "KEY_PREFIX": "relations",
        "OPTIONS": {"socket_timeout": 3, "socket_connect_timeout": 3},
    }
}
SESSION_ENGINE = "django.contrib.sessions.backends.db"  # so that signing in outlives the cache
STATIC_URL = "static/"
STATIC_ROOT = ENV.home / "static"
MEDIA_ROOT = ENV.home / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
UPLOAD_MAX_SIZE = 11_000_000  # of a file, whoever sends it; forms say more exactly what they take
FILE_UPLOAD_HANDLERS = [
    "relations.uploads.Limited",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

# Words and times

LANGUAGE_CODE = ENV.language
LANGUAGES = [("en", _("English")), ("ru", _("Russian"))]
LOCALE_PATHS = [BASE_DIR / "recommendations" / "locale"]
FORMAT_MODULE_PATH = ["relations.formats"]
TIME_ZONE = "UTC"

# People

AUTH_USER_MODEL = "recommendations.Person"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = LOGOUT_REDIRECT_URL = "/"
ACCOUNT_ADAPTER, MFA_ADAPTER = "recommendations.web.signing.Signing", "recommendations.web.signing.Factors"
ACCOUNT_FORMS, MFA_FORMS = forms.ACCOUNT, forms.FACTORS
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_CHANGE_EMAIL = True  # one address, which a confirmed one takes the place of
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # no mail to whoever somebody types in
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_NOTIFICATIONS = True  # whatever changes how one signs in is told by mail
ACCOUNT_EMAIL_CONFIRMATION_AUTHENTICATED_REDIRECT_URL = "account"
ACCOUNT_DEFAULT_HTTP_PROTOCOL = ENV.public_url.partition(":")[0]
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True  # of who signed in more than five minutes ago
ACCOUNT_RATE_LIMITS = {"login": "10/m/ip", "login_failed": "5/5m/key"}
ALLAUTH_TRUSTED_PROXY_COUNT = ENV.proxies
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = True  # it is another one that waits to be confirmed: the address of an account always is
MFA_TOTP_ISSUER = "Relations"
STAFF_SECOND_FACTOR = ENV.staff_second_factor

# Doors

# Open to strangers even when PUBLIC_SITE is off: to sign in, to be set up, to be watched, to choose a language.
ALWAYS_OPEN = (
    *("/account/", "/setup/", "/health/", "/i18n/", "/metrics"),
    *("/digests/unsubscribe/", "/digests/never/", "/digests/answer/", "/calendar/", "/robots.txt"),
)
NEVER_CACHED = ("/api/", "/account/", "/admin/", "/setup/")
SECURE_SSL_REDIRECT = ENV.secure
SECURE_REDIRECT_EXEMPT = [r"^health/", r"^metrics$"]
SECURE_HSTS_SECONDS = 31_536_000 * ENV.secure
SECURE_HSTS_INCLUDE_SUBDOMAINS = ENV.secure
SECURE_HSTS_PRELOAD = ENV.secure
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if ENV.proxies else None
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = ENV.secure
SESSION_COOKIE_NAME = "__Host-session" if ENV.secure else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if ENV.secure else "csrf"
LANGUAGE_COOKIE_NAME = "__Host-language" if ENV.secure else "language"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_AGE = 31_536_000
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

# Doors for programs

API_REQUESTS_A_MINUTE = 600  # of each token or signed-in person
API_REQUESTS_A_MINUTE_OF_STRANGERS = 60  # of each address
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "recommendations.api.authentication.Bearer",
        "recommendations.api.authentication.Session",
    ],
    "DEFAULT_PERMISSION_CLASSES": [],  # permission is asked in the verbs, visibility in the queries
    "DEFAULT_PARSER_CLASSES": [
        "recommendations.api.formats.StrictJSON",
        "recommendations.api.formats.StrictMergePatch",
    ],
    "DEFAULT_RENDERER_CLASSES": ["recommendations.api.formats.JSON"],
    "DEFAULT_METADATA_CLASS": None,
    "EXCEPTION_HANDLER": "recommendations.api.problems.answer",
    "NUM_PROXIES": ENV.proxies,
    "URL_FORMAT_OVERRIDE": None,
}

# Mail

OUTBOX = ENV.home / "outbox"
EMAIL_BACKEND, EMAIL_FILE_PATH = ENV.mail.backend, ENV.mail.file_path
EMAIL_HOST, EMAIL_PORT = ENV.mail.host, ENV.mail.port
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = ENV.mail.user, ENV.mail.password
EMAIL_USE_TLS, EMAIL_USE_SSL = ENV.mail.use_tls, ENV.mail.use_ssl
DEFAULT_FROM_EMAIL = SERVER_EMAIL = ENV.mail.sender
MAIL_PACE, MAIL_CA_FILE, MAIL_DNS = ENV.mail.pace, ENV.mail.authorities, ENV.mail.resolver
BOUNCE_ADDRESS, BOUNCE_MAILBOX, DKIM_SELECTOR = ENV.mail.bounce_address, ENV.mail.bounce_mailbox, ENV.mail.dkim_selector
EMAIL_TIMEOUT = 30

# Work outside of requests: Celery wakes, PostgreSQL knows

CELERY_BROKER_URL = ENV.broker_url
CELERY_BROKER_TRANSPORT_OPTIONS = {"socket_timeout": 5, "socket_connect_timeout": 5, "global_keyprefix": "relations-"}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # the worker waits for as long as it takes
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_SERIALIZER = CELERY_RESULT_SERIALIZER = "json"
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = False
CELERY_TASK_PUBLISH_RETRY = False
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE = schedule.BEAT
CELERY_TASK_ROUTES = schedule.ROUTES

# What is written down

LOGGING_CONFIG = "logging.config.dictConfig"
LOGGING = logs.configuration(ENV.log_level)
structlog.configure(**logs.STRUCTLOG)
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False
DJANGO_STRUCTLOG_STATUS_START_LOG_LEVEL = logging.DEBUG
DJANGO_STRUCTLOG_STATUS_4XX_LOG_LEVEL = logging.INFO
HEALTH_CHECKS = [
    "relations.health.database",
    "relations.health.shared_cache",
    "relations.health.migrations",
    "recommendations.digests.reconcile.digests",
    "recommendations.digests.returned.rounds.bounces",
    "recommendations.hooks.books.calls",
    "recommendations.reports.integrity.history",
]
FIGURES = [  # set before they are told by /metrics
    "recommendations.reports.integrity.figures",
    "recommendations.hooks.books.figures",
    "recommendations.digests.reconcile.figures",
]
