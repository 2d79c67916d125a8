{# One shape for every kind of exception: the columns that a caller does not give are empty. #}
{% macro issue(code, severity, area, system, object, record_key, values={}) -%}
    {%- set shape = {
        'record_name': 'varchar',
        'field': 'varchar',
        'found_value': 'varchar',
        'amount': 'decimal(18, 6)',
        'quantity': 'decimal(18, 6)',
        'currency': 'varchar',
        'item': 'varchar',
        'other': 'varchar',
        'customer': 'varchar',
        'issue_date': 'date',
    } -%}
    '{{ code }}' as code,
    '{{ severity }}' as severity,
    '{{ area }}' as area,
    {{ system }} as system,
    {{ object }} as object,
    cast({{ record_key }} as varchar) as record_key
    {%- for name, type in shape.items() %},
    cast({{ values.get(name, 'null') }} as {{ type }}) as {{ name }}
    {%- endfor %}
{%- endmacro %}
