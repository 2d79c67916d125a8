with final as (
    select
        metric,
        area,
        model,
        label_en,
        label_es,
        unit,
        direction,
        numerator_en,
        numerator_es,
        denominator_en,
        denominator_es,
        excluded_en,
        excluded_es,
        definition_en,
        definition_es
    from {{ ref('metric_definition') }}
)

select * from final
