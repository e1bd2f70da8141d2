"""Who may have an account: whoever was invited."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class ByInvitation(DefaultAccountAdapter):  # type: ignore[misc] # allauth has no types
    """Nobody makes an account for themselves, neither by a form nor by a sign-in elsewhere: administrators invite."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Close the page, whoever asks."""
        return False
