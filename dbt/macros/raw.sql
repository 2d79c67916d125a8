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

{% macro text(field, record='record') -%}
    ({{ record }} ->> '{{ field }}')
{%- endmacro %}

{% macro whole(field, record='record') -%}
    try_cast(({{ record }} ->> '{{ field }}') as bigint)
{%- endmacro %}

{% macro amount(field, record='record') -%}
    try_cast(({{ record }} ->> '{{ field }}') as decimal(18, 6))
{%- endmacro %}

{# A day as the source writes it: the first ten characters of a date or of its misleading midnight-Z instant. #}
{% macro day(field, record='record') -%}
    try_cast(substr(({{ record }} ->> '{{ field }}'), 1, 10) as date)
{%- endmacro %}

{# An instant in UTC: 2025-08-30T10:00:00.000+0000 (REST) and 2025-08-30T10:00:00.000Z (Bulk) alike. #}
{% macro instant(field, record='record') -%}
    try_cast(replace(substr(({{ record }} ->> '{{ field }}'), 1, 23), 'T', ' ') as timestamp)
{%- endmacro %}

{# True for Salesforce's true and the Service Layer's tYES; null stays null. #}
{% macro flag(field, record='record') -%}
    (lower({{ record }} ->> '{{ field }}') in ('true', 'tyes', 'y', '1'))
{%- endmacro %}

{# One row per element of a nested collection such as DocumentLines. #}
{% macro unnested(records, field, alias) -%}
    select
        parent.record_key,
        parent.record,
        unnest(json_extract(parent.record, '$.{{ field }}[*]')) as {{ alias }}
    from {{ records }} as parent
{%- endmacro %}
