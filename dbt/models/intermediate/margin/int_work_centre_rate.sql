with elements as (
    {% for element in range(1, 11) -%}
        select
            work_centre_code,
            {{ element }} as element,
            coalesce(cost_{{ element }}_rate, 0) as rate
        from {{ ref('stg_sap_b1__work_centre') }}
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

final as (
    select
        elements.work_centre_code as work_centre,
        {{ money('sum(elements.rate)') }} as unit_rate,
        {{ money("""
            sum(case when cost_element.behaviour = 'fixed' then 0 else elements.rate end)
        """) }} as variable_unit_rate
    from elements
    left join {{ ref('cost_element') }} as cost_element
        on elements.element = cost_element.element
    group by elements.work_centre_code
)

select * from final
