"""The law: what may happen, who may do it, what it needs. No table, no query, no clock."""
