{# One value of the policies kept in data/mappings/policy.csv, as a number. #}
{% macro policy(name, type='integer') -%}
    (
        select cast(policy.value as {{ type }})
        from {{ ref('policy') }} as policy
        where policy.name = '{{ name }}'
    )
{%- endmacro %}
