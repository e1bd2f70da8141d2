-- A register of %(items)s recommendations, made by set-based SQL, past the verbs: for measuring only. Titles say so.

TRUNCATE recommendations_head, history.late, recommendations_person, recommendations_organization, recommendations_source, recommendations_theme,
    recommendations_recommendation, recommendations_word RESTART IDENTITY CASCADE;

-- Versions are made by set-based SQL too, five of each item over the last 400 days: the triggers would keep row by row
-- what is written here in any order.
DO $$
DECLARE
    kept record;
BEGIN
    FOR kept IN SELECT table_name AS name FROM information_schema.columns WHERE table_schema = 'history'
        AND column_name = 'valid_to'
    LOOP
        EXECUTE format('TRUNCATE history.%%I', kept.name);
        EXECUTE format('ALTER TABLE public.%%I DISABLE TRIGGER relations_version', kept.name);
        EXECUTE format('ALTER TABLE history.%%I DISABLE TRIGGER relations_guard', kept.name);
    END LOOP;
END $$;

INSERT INTO recommendations_person (password, uuid, email, name, language, time_zone, role, is_active, joined_at,
    version) SELECT '!', gen_random_uuid(), 'bench' || n || '@example.org', 'Bench ' || n, 'en', 'UTC',
    CASE n WHEN 1 THEN 'steward' ELSE 'contributor' END, true, now(), 1 FROM generate_series(1, 50) n;

INSERT INTO recommendations_organization (slug, name_en, name_ru, short_name_en, short_name_ru, sort_en, sort_ru,
    kind, version) SELECT 'body-' || n, 'Bench body ' || n, 'Орган ' || n, '', '', 'bench body ' || n, 'орган ' || n,
    'government', 1 FROM generate_series(1, 50) n;

INSERT INTO recommendations_source (slug, title_en, title_ru, authors, publisher, published_on, published_precision,
    language, url, rights_note_en, rights_note_ru, version) SELECT 'report-' || n, 'Bench report ' || n, '', '', '',
    '2019-06-01', 'month', 'en', '', '', '', 1 FROM generate_series(1, 20) n;

INSERT INTO recommendations_theme (slug, name_en, name_ru, position, version) SELECT 'theme-' || n, 'Bench theme ' ||
    n, '', n, 1 FROM generate_series(1, 8) n;

INSERT INTO recommendations_recommendation (reference, title_en, title_ru, description_en, description_ru, source_id,
    instrument, priority, target_on, visibility, version, created_at, updated_at, status, reported_status,
    verified_status, assessed_on, answer) SELECT 'BM-' || lpad(n::text, 7, '0'), 'Bench proposal ' || n || ' on ' ||
    word, 'Предложение ' || n, 'A proposal about ' || word || ' and grants, made for measuring only. ' || repeat('It
    says little. ', 12), '', 1 + n %% 20, 'programme', 'normal', date '2026-01-01' + n %% 700, 'public', 5, now() -
    interval '400 days', now() - n * interval '1 minute', status, status, 'not_assessed', date '2026-06-01', '' FROM (SELECT n,
    (ARRAY['borders','students','courts','energy','standards'])[1 + n %% 5] AS word,
    (ARRAY['no_action','in_preparation','partly','mostly'])[1 + n %% 4] AS status FROM generate_series(1, %(items)s)
    n) made;

INSERT INTO recommendations_recommendation_themes (recommendation_id, theme_id) SELECT id, 1 + (id + k) %% 8 FROM
    recommendations_recommendation, generate_series(0, 1) k;

INSERT INTO recommendations_assignment (uuid, recommendation_id, organization_id, role, since, version) SELECT
    gen_random_uuid(), id, 1 + id %% 50, 'lead', '2026-01-01', 1 FROM recommendations_recommendation;

INSERT INTO recommendations_assessment (uuid, recommendation_id, kind, value, as_of, narrative, next_step, blockers,
    author_id, recorded_at) SELECT gen_random_uuid(), id, 'self', status, '2026-06-01', '', '', '{}', 1 + id %% 50,
    now() FROM recommendations_recommendation;

UPDATE recommendations_recommendation r SET reported_id = a.id FROM recommendations_assessment a WHERE
    a.recommendation_id = r.id;

INSERT INTO recommendations_event (subject, subject_key, recommendation_id, sequence, verb, actor_key, recorded_at,
    before, after, previous_hash, hash) SELECT 'recommendation', reference, id, 0, 'registered', 'system', created_at,
    '{}', jsonb_build_object('title_en', title_en), '', '' FROM recommendations_recommendation WHERE id BETWEEN
    %(low)s AND %(high)s;

INSERT INTO history.recommendations_recommendation (valid_from, valid_to, id, reference, sort_key, title_en, title_ru,
    description_en, description_ru, source_id, instrument, priority, target_on, visibility, version, created_at,
    updated_at, status, reported_status, verified_status, reported_id, assessed_on, elements, answer, search, shown) SELECT since, CASE WHEN v = 5 THEN 'infinity' ELSE since + interval '80 days' END, id, reference, sort_key,
    title_en, title_ru, description_en, description_ru, source_id, instrument, CASE WHEN v < 3 THEN 'low' ELSE priority
    END, target_on, visibility, v, created_at, CASE WHEN v = 5 THEN updated_at ELSE since END, CASE WHEN v < 4 THEN 'no_action' ELSE status END, CASE WHEN v < 4
    THEN 'no_action' ELSE reported_status END, verified_status, reported_id, assessed_on, elements, answer, search, visibility FROM recommendations_recommendation, generate_series(1, 5) v, LATERAL (SELECT now() - interval '400 days' +
    (v - 1) * interval '80 days' + (id %% 79) * interval '1 day' AS since OFFSET 0) made;

DO $$
DECLARE
    kept record;
BEGIN
    FOR kept IN SELECT table_name AS name FROM information_schema.columns WHERE table_schema = 'history'
        AND column_name = 'valid_to'
    LOOP
        IF kept.name <> 'recommendations_recommendation' THEN
            EXECUTE format('INSERT INTO history.%%I SELECT now() - interval ''400 days'', ''infinity'', t.* FROM public.%%I t',
                kept.name, kept.name);
        END IF;
        EXECUTE format('ALTER TABLE public.%%I ENABLE TRIGGER relations_version', kept.name);
        EXECUTE format('ALTER TABLE history.%%I ENABLE TRIGGER relations_guard', kept.name);
    END LOOP;
END $$;
