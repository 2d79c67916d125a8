{# One DECIMAL type for money, one for quantities, and the ratio that never divides by zero. #}
{% macro money(expression) -%}
    cast({{ expression }} as decimal(18, 6))
{%- endmacro %}

{% macro quantity(expression) -%}
    cast({{ expression }} as decimal(18, 6))
{%- endmacro %}

{# numerator / denominator as a share; null where there is nothing to divide by. #}
{% macro ratio(numerator, denominator) -%}
    round(cast({{ numerator }} as double) / nullif(cast({{ denominator }} as double), 0), 6)
{%- endmacro %}

{# product of two decimals without overflow: 38 digits, six decimals. #}
{% macro product(left, right) -%}
    cast(cast({{ left }} as decimal(38, 6)) * cast({{ right }} as decimal(38, 6)) as decimal(18, 6))
{%- endmacro %}
