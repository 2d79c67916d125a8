{# How staging reads raw: the current record of each key as seen by `as_of`, and typed fields of it. #}

{# Current rows of one object: the newest stamp, then the latest arrival, among what had been seen by
   `as_of`; before the first extraction the first one stands in (grade "rebuilt"). Deleted records are left out. #}
{% macro current_raw(system, object) -%}
    select
        sightings.extraction_id,
        sightings.record_key,
        sightings.changed_at,
        sightings.record
    from (
        select
            landed.*,
            row_number() over (
                partition by landed.record_key
                order by
                    landed.changed_at desc nulls last,
                    landed.extraction_id desc,
                    landed.page_no desc,
                    landed.row_no desc
            ) as recency
        from {{ source(system, object) }} as landed
        inner join {{ ref('stg_promesa__extraction') }} as extraction
            on landed.extraction_id = extraction.extraction_id
        where extraction.is_visible
    ) as sightings
    where sightings.recency = 1 and not sightings.is_deleted
{%- endmacro %}

{# The records parsed once: a struct `field` that holds the fields which `columns` names. Parsing once
   and not once a field makes staging twenty times faster. #}
{% macro parsed_fields(records, columns, keep=[]) -%}
    select
        record_key,
        {%- for name in keep %}
        {{ name }},
        {%- endfor %}
        from_json(record, '{ {{- structure(columns, "field") -}} }') as field
    from {{ records }}
{%- endmacro %}

{# One row per element of a nested collection such as DocumentLines: `element`, beside its record's `field`. #}
{% macro parsed_elements(records, collection, columns) -%}
    select
        field,
        unnest(field."{{ collection }}") as element
    from (
        select
            from_json(
                record,
                '{ {{- structure(columns, "field") -}}, "{{ collection }}": [{ {{- structure(columns, "element") -}} }]}'
            ) as field
        from {{ records }}
    )
{%- endmacro %}

{# The names that `columns` reads from `struct`, as a JSON structure of texts. #}
{% macro structure(columns, struct) -%}
    {%- set names = [] -%}
    {%- for piece in columns.split(struct ~ '."')[1:] -%}
        {%- set name = piece.split('"')[0] -%}
        {%- if name not in names %}{% do names.append(name) %}{% endif -%}
    {%- endfor -%}
    {%- for name in names -%}
        "{{ name }}": "VARCHAR"{{ ', ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}

{% macro text(name, struct='field') -%}
    {{ struct }}."{{ name }}"
{%- endmacro %}

{% macro whole(name, struct='field') -%}
    try_cast({{ struct }}."{{ name }}" as bigint)
{%- endmacro %}

{% macro amount(name, struct='field') -%}
    try_cast({{ struct }}."{{ name }}" as decimal(18, 6))
{%- endmacro %}

{# A day as the source writes it: the first ten characters of a date or of its midnight-Z instant. #}
{% macro day(name, struct='field') -%}
    try_cast(substr({{ struct }}."{{ name }}", 1, 10) as date)
{%- endmacro %}

{# A day without separators, as query services write it: 20201007. #}
{% macro compact_day(name, struct='field') -%}
    cast(try_strptime(substr(replace({{ struct }}."{{ name }}", '-', ''), 1, 8), '%Y%m%d') as date)
{%- endmacro %}

{# An instant in UTC: 2025-08-30T10:00:00.000+0000 (REST) and 2025-08-30T10:00:00.000Z (Bulk) alike. #}
{% macro instant(name, struct='field') -%}
    try_cast(replace(substr({{ struct }}."{{ name }}", 1, 23), 'T', ' ') as timestamp)
{%- endmacro %}

{# True for Salesforce's true and the Service Layer's tYES; null stays null. #}
{% macro flag(name, struct='field') -%}
    (lower({{ struct }}."{{ name }}") in ('true', 'tyes', 'y', '1'))
{%- endmacro %}
