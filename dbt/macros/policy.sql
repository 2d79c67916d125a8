{# One value of the policies kept in data/mappings/policy.csv, as a number or text; a run may say otherwise
   for its company with the variable `policies`, a name and a value each. #}
{% macro policy(name, type='integer') -%}
    {%- set own = var('policies', {}) -%}
    {%- if name in own -%}
        cast('{{ own[name] | string | replace("'", "''") }}' as {{ type }})
    {%- else -%}
    (
        select cast(policy.value as {{ type }})
        from {{ ref('policy') }} as policy
        where policy.name = '{{ name }}'
    )
    {%- endif -%}
{%- endmacro %}
