"""What Schemathesis is told besides: which refusals of a request that fits its schema are the register's own rules."""

import schemathesis

# `errors[].code`: about what is in the register, or about two values at once. No schema of one request says these.
RULES = frozenset({
    *("unknown_name", "bad_cursor", "nothing_searched", "bad_query", "bad_period", "in_the_future", "before_source", "before_since", "unlikely_year", "review_not_later"),
    *("bad_range", "bad_expiry", "own_parent", "one_level", "other_organization", "same_item", "quote_not_found"),
    *("ambiguous_quote", "bad_selection", "unknown_sentence", "bad_time_zone", "text_changed", "evidence_retracted"),
    *("link_userinfo", "link_port", "link_private", "bad_link"),
    *("file_kind", "file_empty", "file_encoding", "file_damaged", "file_bomb", "file_nested", "file_locked"),
})  # fmt: skip


@schemathesis.check
def refused_by_rules_only(ctx, response, case):
    """A request that fits its schema is refused with 400 only for what a schema cannot say."""
    if case.meta is None or not case.meta.generation.mode.is_positive or response.status_code != 400:
        return
    said = response.json()
    codes = {error["code"] for error in said["errors"]}
    if not codes or codes - RULES:
        raise AssertionError(f"It fits its schema, and was refused: {said['code']} {said['errors'] or said['detail']}")
