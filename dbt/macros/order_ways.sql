{# The states of an order on its way, least advanced first (K11). #}
{% macro order_ways() -%}
    {{ return(['Quoted', 'Ordered', 'In production', 'Made', 'Ready to ship', 'Shipped', 'Invoiced']) }}
{%- endmacro %}
