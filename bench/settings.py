"""The program's settings, but that a measuring client is not told to wait and requests are not written down."""

from relations.settings import *  # noqa: F403

API_REQUESTS_A_MINUTE = API_REQUESTS_A_MINUTE_OF_STRANGERS = 10**9
