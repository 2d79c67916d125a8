{# The key that placement knows an item by: its code where it is at home, code@set where another set serves. #}
{% macro stock_point(item_code, warehouse_set, home_set) -%}
    case
        when coalesce({{ warehouse_set }}, {{ home_set }}) = {{ home_set }} then {{ item_code }}
        else {{ item_code }} || '@' || {{ warehouse_set }}
    end
{%- endmacro %}
