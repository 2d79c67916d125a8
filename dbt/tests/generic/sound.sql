{#
  One query a model that returns every broken rule, each with its name and the number of rows:
  the key is unique; a column is null only where its YAML says `optional: true` under config.meta;
  every date lies between 1900 and 2300; no ratio is infinite or not a number; each `rules` entry
  (name: condition) holds or is null on every row.
#}
{% test sound(model, key=[], rules={}) %}
{%- set names = [] -%}
{%- if execute -%}
    {#- By its key, since each node that the graph hands out is made into a dictionary first. A seed has no columns here. -#}
    {%- set node = graph.nodes.get('model.' ~ project_name ~ '.' ~ model.identifier) -%}
    {%- for column in (node.columns if node else {}).values() -%}
        {%- do names.append(column) -%}
    {%- endfor -%}
{%- endif -%}
with rows_read as (
    select * from {{ model }}
),

broken as (
    {% if key -%}
    select
        'key is not unique: {{ key | join(", ") }}' as broken_rule,
        count(*) as row_count
    from (
        select 1
        from rows_read
        group by {{ key | join(", ") }}
        having count(*) > 1
    ) as repeated
    {%- else -%}
    select
        'no key given' as broken_rule,
        0 as row_count
    {%- endif %}
    {% for column in names -%}
    {%- set meta = column.config.meta if column.config and column.config.meta else column.meta -%}
    {% if not meta.get('optional') %}
    union all
    select
        '{{ column.name }} is null' as broken_rule,
        count(*) as row_count
    from rows_read
    where {{ column.name }} is null
    {% endif %}
    {% if (column.data_type or '') | lower == 'date' %}
    union all
    select
        '{{ column.name }} is no day of a plant' as broken_rule,
        count(*) as row_count
    from rows_read
    where {{ column.name }} not between date '1900-01-01' and date '2300-01-01'
    {% endif %}
    {% if (column.data_type or '') | lower == 'double' %}
    union all
    select
        '{{ column.name }} is no number' as broken_rule,
        count(*) as row_count
    from rows_read
    where isinf({{ column.name }}) or isnan({{ column.name }})
    {% endif %}
    {%- endfor %}
    {% for name, condition in rules.items() -%}
    union all
    select
        '{{ name | replace("'", "''") }}' as broken_rule,
        count(*) as row_count
    from rows_read
    where not ({{ condition }})
    {% endfor %}
)

select *
from broken
where row_count > 0
{% endtest %}
