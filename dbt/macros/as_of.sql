{# The one instant, and the one day, that every model answers for. #}
{% macro as_of_at() -%}
    timestamp '{{ var("as_of") | replace("T", " ") | replace("Z", "") }}'
{%- endmacro %}

{% macro as_of_date() -%}
    cast(timezone('{{ var("time_zone") }}', timezone('UTC', {{ as_of_at() }})) as date)
{%- endmacro %}
