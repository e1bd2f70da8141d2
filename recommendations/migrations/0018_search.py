"""One vector of both languages for each recommendation, the words for typing errors, and an index for each ordering.

`relations_folded` takes accents away (and the dots of ё) before words are brought to their stems; it is called immutable, since the
rules of `unaccent` are those that PostgreSQL comes with. The configuration `relations` is PostgreSQL's Russian one, which
already has English for words in Latin letters; it folds by itself as well, so that what is highlighted in a text may have accents.
"""

import datetime
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.functions.comparison
import django.db.models.functions.text
import recommendations.models.search
from django.contrib.postgres.operations import CreateExtension, TrigramExtension, UnaccentExtension
from django.db import migrations, models


FUNCTIONS = """
CREATE FUNCTION relations_folded(said text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS
    $$ SELECT public.unaccent('public.unaccent', said) $$;
CREATE TEXT SEARCH CONFIGURATION relations (COPY = pg_catalog.russian);
ALTER TEXT SEARCH CONFIGURATION relations ALTER MAPPING FOR hword, hword_part, word WITH unaccent, russian_stem;
"""
FUNCTIONS_BACK = """
DROP TEXT SEARCH CONFIGURATION relations;
DROP FUNCTION relations_folded(text);
"""
# Words of four letters and more, as they are written, in small letters.
WORDS = """
CREATE FUNCTION relations_words(said text) RETURNS SETOF text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT lexeme FROM unnest(to_tsvector('pg_catalog.simple', public.relations_folded(said)))
        WHERE lexeme ~ '^[[:alpha:]]{4,60}$'
$$;

-- New items by the statement, since there may be many; without a unique index, since nobody is to wait for a word.
CREATE FUNCTION relations_add_words() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    INSERT INTO public.recommendations_word (word, visibility)
        SELECT DISTINCT said, item.visibility FROM made item, public.relations_words(
            concat_ws(' ', item.title_en, item.title_ru, item.description_en, item.description_ru)) said
        WHERE NOT EXISTS (SELECT FROM public.recommendations_word known
            WHERE known.word = said AND known.visibility = item.visibility);
    RETURN NULL;
END $$;
CREATE TRIGGER relations_words AFTER INSERT ON recommendations_recommendation REFERENCING NEW TABLE AS made
    FOR EACH STATEMENT EXECUTE FUNCTION relations_add_words();

CREATE FUNCTION relations_add_words_of_one() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    INSERT INTO public.recommendations_word (word, visibility)
        SELECT said, NEW.visibility FROM public.relations_words(
            concat_ws(' ', NEW.title_en, NEW.title_ru, NEW.description_en, NEW.description_ru)) said
        WHERE NOT EXISTS (SELECT FROM public.recommendations_word known
            WHERE known.word = said AND known.visibility = NEW.visibility);
    RETURN NULL;
END $$;
CREATE TRIGGER relations_words_of_one AFTER UPDATE OF title_en, title_ru, description_en, description_ru, visibility
    ON recommendations_recommendation FOR EACH ROW WHEN (NEW.visibility <> OLD.visibility
        OR NEW.title_en <> OLD.title_en OR NEW.title_ru <> OLD.title_ru OR NEW.description_en <> OLD.description_en OR NEW.description_ru <> OLD.description_ru)
    EXECUTE FUNCTION relations_add_words_of_one();

-- The words that one may be a slip for, the nearest first. Trigrams find them by the index, the letters changed decide.
CREATE FUNCTION relations_near(asked text, everything boolean) RETURNS SETOF text LANGUAGE sql STABLE
    SET pg_trgm.similarity_threshold = 0.2 AS $$
    SELECT word FROM public.recommendations_word
        WHERE word OPERATOR(public.%) asked AND (everything OR visibility = 'public')
            AND public.levenshtein(word, asked) <= CASE WHEN length(asked) < 9 THEN 2 ELSE 3 END
        GROUP BY word ORDER BY public.levenshtein(word, asked), public.similarity(word, asked) DESC, word LIMIT 8
$$;

INSERT INTO recommendations_word (word, visibility)
    SELECT DISTINCT said, visibility FROM recommendations_recommendation, relations_words(
        concat_ws(' ', title_en, title_ru, description_en, description_ru)) said;
"""
WORDS_BACK = """
DROP TRIGGER relations_words ON recommendations_recommendation;
DROP TRIGGER relations_words_of_one ON recommendations_recommendation;
DROP FUNCTION relations_add_words();
DROP FUNCTION relations_add_words_of_one();
DROP FUNCTION relations_words(text);
DROP FUNCTION relations_near(text, boolean);
"""
VECTOR = (
    "setweight(to_tsvector('relations', relations_folded(title_en || ' ' || title_ru)), 'A')"
    " || setweight(to_tsvector('relations', relations_folded(description_en || ' ' || description_ru)), 'B')"
)
# Each version is found by its own words.
PAST = f"""
ALTER TABLE history.recommendations_recommendation DISABLE TRIGGER relations_guard;
ALTER TABLE history.recommendations_recommendation ADD COLUMN search tsvector;
UPDATE history.recommendations_recommendation SET search = {VECTOR};
SELECT relations_keep('recommendations_recommendation');
ALTER TABLE history.recommendations_recommendation DROP COLUMN search_en, DROP COLUMN search_ru;
CREATE INDEX recommendation_past_search ON history.recommendations_recommendation USING gin (search);
CREATE INDEX recommendation_past_by_update ON history.recommendations_recommendation
    (updated_at, id, valid_from, valid_to);
CREATE INDEX recommendation_past_by_due ON history.recommendations_recommendation
    (coalesce(target_on, date '9999-12-31'), id, valid_from, valid_to);
CREATE INDEX recommendation_past_by_priority ON history.recommendations_recommendation
    ((CASE WHEN priority = 'high' THEN 0 WHEN priority = 'normal' THEN 1 WHEN priority = 'low' THEN 2 ELSE NULL END),
    id, valid_from, valid_to);
CREATE INDEX recommendation_past_by_stage ON history.recommendations_recommendation
    ((CASE WHEN status = 'not_assessed' THEN 0 WHEN status = 'no_action' THEN 1 WHEN status = 'in_preparation' THEN 2
        WHEN status = 'partly' THEN 3 WHEN status = 'mostly' THEN 4 WHEN status = 'implemented' THEN 5
        WHEN status = 'reversed' THEN 6 WHEN status = 'overtaken' THEN 7 ELSE NULL END), id, valid_from, valid_to);
"""
PAST_BACK = """
DROP VIEW past.recommendations_recommendation;
ALTER TABLE history.recommendations_recommendation DISABLE TRIGGER relations_guard;
DROP INDEX history.recommendation_past_by_update, history.recommendation_past_by_due,
    history.recommendation_past_by_priority, history.recommendation_past_by_stage;
ALTER TABLE history.recommendations_recommendation DROP COLUMN search, ADD COLUMN search_en tsvector,
    ADD COLUMN search_ru tsvector;
UPDATE history.recommendations_recommendation SET
    search_en = setweight(to_tsvector('english', title_en), 'A') || setweight(to_tsvector('english', description_en), 'B'),
    search_ru = setweight(to_tsvector('russian', title_ru), 'A') || setweight(to_tsvector('russian', description_ru), 'B');
SELECT relations_keep('recommendations_recommendation');
CREATE INDEX recommendation_past_search_en ON history.recommendations_recommendation USING gin (search_en);
CREATE INDEX recommendation_past_search_ru ON history.recommendations_recommendation USING gin (search_ru);
"""


class Migration(migrations.Migration):

    dependencies = [
        ('recommendations', '0017_import_notice'),
    ]

    operations = [
        UnaccentExtension(),
        TrigramExtension(),
        CreateExtension("fuzzystrmatch"),
        migrations.RunSQL(FUNCTIONS, FUNCTIONS_BACK),
        migrations.RunSQL(migrations.RunSQL.noop, PAST_BACK),
        migrations.CreateModel(
            name='Word',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('word', models.CharField(max_length=60)),
                ('visibility', models.CharField(choices=[('public', 'Public'), ('internal', 'Internal')], max_length=8)),
            ],
            options={
                'verbose_name': 'word',
                'verbose_name_plural': 'words',
            },
        ),
        migrations.RemoveIndex(
            model_name='recommendation',
            name='recommendation_search_en',
        ),
        migrations.RemoveIndex(
            model_name='recommendation',
            name='recommendation_search_ru',
        ),
        migrations.RemoveField(
            model_name='recommendation',
            name='search_en',
        ),
        migrations.RemoveField(
            model_name='recommendation',
            name='search_ru',
        ),
        migrations.AddField(
            model_name='recommendation',
            name='search',
            field=models.GeneratedField(db_persist=True, expression=django.contrib.postgres.search.CombinedSearchVector(django.contrib.postgres.search.SearchVector(recommendations.models.search.Folded(django.db.models.functions.text.Concat(models.F('title_en'), models.Value(' '), models.F('title_ru'), output_field=models.TextField())), config='relations', weight='A'), '||', django.contrib.postgres.search.SearchVector(recommendations.models.search.Folded(django.db.models.functions.text.Concat(models.F('description_en'), models.Value(' '), models.F('description_ru'), output_field=models.TextField())), config='relations', weight='B'), django.contrib.postgres.search.SearchConfig('relations')), output_field=django.contrib.postgres.search.SearchVectorField()),
        ),
        migrations.AddIndex(
            model_name='recommendation',
            index=django.contrib.postgres.indexes.GinIndex(models.F('search'), name='recommendation_search'),
        ),
        migrations.AddIndex(
            model_name='word',
            index=models.Index(models.F('word'), models.F('visibility'), name='word_by_word'),
        ),
        migrations.AddIndex(
            model_name='word',
            index=django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.indexes.OpClass('word', name='gin_trgm_ops'), name='word_by_trigram'),
        ),
        migrations.AddConstraint(
            model_name='word',
            constraint=models.CheckConstraint(condition=models.Q(('visibility__in', ['public', 'internal'])), name='word_visibility'),
        ),
        migrations.AddIndex(
            model_name='recommendation',
            index=models.Index(django.db.models.functions.comparison.Coalesce('target_on', models.Value(datetime.date(9999, 12, 31)), output_field=models.DateField()), models.F('id'), name='recommendation_by_due'),
        ),
        migrations.AddIndex(
            model_name='recommendation',
            index=models.Index(models.Case(models.When(priority='high', then=models.Value(0)), models.When(priority='normal', then=models.Value(1)), models.When(priority='low', then=models.Value(2)), output_field=models.IntegerField()), models.F('id'), name='recommendation_by_priority'),
        ),
        migrations.AddIndex(
            model_name='recommendation',
            index=models.Index(models.Case(models.When(status='not_assessed', then=models.Value(0)), models.When(status='no_action', then=models.Value(1)), models.When(status='in_preparation', then=models.Value(2)), models.When(status='partly', then=models.Value(3)), models.When(status='mostly', then=models.Value(4)), models.When(status='implemented', then=models.Value(5)), models.When(status='reversed', then=models.Value(6)), models.When(status='overtaken', then=models.Value(7)), output_field=models.IntegerField()), models.F('id'), name='recommendation_by_stage'),
        ),
        migrations.RunSQL(WORDS, WORDS_BACK),
        migrations.RunSQL(PAST, migrations.RunSQL.noop),
    ]
