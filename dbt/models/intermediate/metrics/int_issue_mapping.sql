{# Records without their counterpart, told once for all: the page Mapping lists them. #}
with open_records as (
    select
        count(*) filter (where is_unmatched) as unmatched_count,
        count(*) filter (where is_duplicate) as duplicate_count,
        sum(value_amount) filter (where is_unmatched) as unmatched_amount
    from {{ ref('fct_mapping_gap') }}
),

final as (
    select
        {{ issue('MAPPING_OPEN', 'note', 'customer', "'salesforce'", "'mapping'", "'mapping'", {
            'amount': 'unmatched_amount', 'quantity': 'unmatched_count',
            'other': "cast(duplicate_count as varchar)",
        }) }}
    from open_records
    where unmatched_count > 0 or duplicate_count > 0
)

select * from final
