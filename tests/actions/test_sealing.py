"""What is sealed opens for its purpose and key only, and after a change of SECRET_KEY for as long as the old one is named."""

from recommendations.actions.sealing import seal, unseal


def test_sealed_opens_for_its_purpose_and_key_only():
    sealed = seal(b"once", "answer", "key")
    assert b"once" not in sealed
    assert unseal(sealed, "answer", "key") == b"once"
    assert unseal(sealed, "answer", "another") is None
    assert unseal(sealed, "webhook", "key") is None
    assert unseal(sealed[:-4] + b"AAAA", "answer", "key") is None


def test_sealed_opens_under_a_fallback(settings):
    sealed = seal(b"once", "answer")
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "new" * 10, [settings.SECRET_KEY]
    assert unseal(sealed, "answer") == b"once"
    settings.SECRET_KEY_FALLBACKS = []
    assert unseal(sealed, "answer") is None
