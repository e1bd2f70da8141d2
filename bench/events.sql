-- Events %(first)s to %(last)s of chains of each item between two ids, as the verbs write them: the trigger chains them.
INSERT INTO recommendations_event (subject, subject_key, recommendation_id, sequence, verb, actor_id, actor_key,
    recorded_at, before, after, previous_hash, hash) SELECT 'recommendation', r.reference, r.id, 0, 'assessed', p.id,
    p.uuid, now(), '{"value": "no_action"}', jsonb_build_object('assessment', gen_random_uuid(), 'kind', 'self',
    'value', 'partly', 'as_of', '2026-06-01', 'narrative', 'It says little, and is made for measuring only: ' || n,
    'next_step', '', 'blockers', '[]'::jsonb, 'evidence', '[]'::jsonb), '', '' FROM generate_series(%(first)s,
    %(last)s) n, recommendations_recommendation r JOIN recommendations_person p ON p.id = 1 + r.id %% 50 WHERE r.id
    BETWEEN %(low)s AND %(high)s ORDER BY n, r.id
