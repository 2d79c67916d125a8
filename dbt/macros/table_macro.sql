{# A question with parameters: the model's SELECT kept in the warehouse as a table macro (`from questions.q_answer(…)`).
   `parameters` names what the SELECT leaves open. #}
{% materialization table_macro, adapter='duckdb' %}
    {{ run_hooks(pre_hooks) }}
    {% call statement('main') -%}
        create or replace macro {{ this }}({{ config.require('parameters') | join(', ') }}) as table (
            {{ sql }}
        )
    {%- endcall %}
    {{ run_hooks(post_hooks) }}
    {% do adapter.commit() %}
    {{ return({'relations': []}) }}
{% endmaterialization %}

{# Rows handed in as JSON text, typed: an empty list has its columns too. #}
{% macro given_rows(parameter, columns) -%}
    select unnest(
        from_json({{ parameter }}, '[{ {%- for name, type in columns.items() -%}
            "{{ name }}": "{{ type }}"{{ ', ' if not loop.last }}
        {%- endfor -%} }]'),
        recursive := true
    )
{%- endmacro %}

{# The demand of a question, as q_asked_demand gives it and the engine answers it. #}
{% macro given_demand() -%}
    {{ given_rows('given_demand', {
        'demand_id': 'VARCHAR', 'item_code': 'VARCHAR', 'stock_point': 'VARCHAR', 'demand_qty': 'DECIMAL(18, 6)',
        'per_line_unit_qty': 'DECIMAL(18, 6)', 'transit_days': 'INTEGER',
    }) }}
{%- endmacro %}

{# The engine's answers, modes alone and queue. #}
{% macro given_answer() -%}
    {{ given_rows('given_answer', {
        'demand_id': 'VARCHAR', 'mode': 'VARCHAR', 'status': 'VARCHAR', 'reason_code': 'VARCHAR',
        'reason_key': 'VARCHAR', 'ready_day': 'DATE', 'delivered_day': 'DATE', 'from_stock_qty': 'DECIMAL(18, 6)',
        'to_make_qty': 'DECIMAL(18, 6)', 'to_buy_qty': 'DECIMAL(18, 6)', 'make_ready_day': 'DATE',
    }) }}
{%- endmacro %}

{# The engine's critical chains. #}
{% macro given_chain() -%}
    {{ given_rows('given_chain', {
        'demand_id': 'VARCHAR', 'mode': 'VARCHAR', 'seq': 'INTEGER', 'kind': 'VARCHAR', 'days': 'INTEGER',
        'item_code': 'VARCHAR', 'work_centre': 'VARCHAR', 'from_day': 'DATE', 'to_day': 'DATE',
    }) }}
{%- endmacro %}

{# The date with one constraint lifted. #}
{% macro given_lift() -%}
    {{ given_rows('given_lift', {
        'demand_id': 'VARCHAR', 'mode': 'VARCHAR', 'kind': 'VARCHAR', 'key': 'VARCHAR', 'delivered_day': 'DATE',
    }) }}
{%- endmacro %}

{# What of each demand could be with the customer on which day. #}
{% macro given_split() -%}
    {{ given_rows('given_split', {
        'demand_id': 'VARCHAR', 'mode': 'VARCHAR', 'split_date': 'DATE', 'qty': 'DECIMAL(18, 6)',
    }) }}
{%- endmacro %}

{# The CTEs from a question's demand and the engine's answers to `answered` (see promise_of_demand). #}
{% macro answered_question() -%}
demand as (
    {{ given_demand() }}
),

answer as (
    {{ given_answer() }}
),

chain as (
    {{ given_chain() }}
),

lift as (
    {{ given_lift() }}
),

asked as (
    select
        demand_id,
        'question' as demand_line_id,
        'question' as demand_class,
        item_code,
        stock_point,
        demand_qty,
        per_line_unit_qty,
        transit_days,
        cast(question_date as date) as requested_date,
        unnest(['alone', 'queue']) as mode
    from demand
),

used as (
    select
        asked.demand_id,
        asked.mode,
        asked.stock_point
    from asked
    union
    select
        chain.demand_id,
        chain.mode,
        chain.item_code as stock_point
    from chain
),

violated as (
    select
        used.demand_id,
        used.mode,
        'TIE_OUT_ITEM' as reason_code,
        min(item.item_code) as proof
    from used
    inner join {{ ref('q_item') }} as item on item.stock_point = used.stock_point
    inner join {{ ref('q_untied_item') }} as untied on untied.item_code = item.item_code
    group by used.demand_id, used.mode
),

{{ promise_of_demand(answer='answer', chain='chain', lift='lift', items=ref('q_item')) }}
{%- endmacro %}
