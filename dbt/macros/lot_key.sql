{# A lot number as people and systems agree on it: capitals, letters and digits alone. #}
{% macro lot_key(expression) -%}
    nullif(regexp_replace(upper(strip_accents({{ expression }})), '[^A-Z0-9]+', '', 'g'), '')
{%- endmacro %}

{# The same without a word such as "lote" in front of it. #}
{% macro lot_key_without_prefix(expression) -%}
    {{ lot_key(
        "regexp_replace(trim(" ~ expression ~ "), '^(' || " ~ policy('lot_prefixes', 'varchar')
        ~ " || ')[\\s.:#-]+', '', 'i')"
    ) }}
{%- endmacro %}
