{# The ERP's object type of each document, as BaseType names it (SAP Business One SDK, BoObjectTypes). #}
{% macro object_types() -%}
    {{ return({
        'invoice': 13,
        'credit_note': 14,
        'delivery_note': 15,
        'return': 16,
        'sales_order': 17,
        'purchase_delivery_note': 20,
        'purchase_order': 22,
        'quotation': 23,
        'goods_receipt': 59,
        'goods_issue': 60,
        'draft': 112,
        'down_payment': 203,
    }) }}
{%- endmacro %}
