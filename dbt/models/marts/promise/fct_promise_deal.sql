with deals as (
    select
        deal.opportunity_id,
        account.card_code
    from {{ ref('int_deal') }} as deal
    left join {{ ref('int_customer_account') }} as account on deal.account_id = account.account_id
    where not deal.is_closed
),

ordered as (
    select distinct opportunity_id
    from {{ ref('int_deal_line') }}
    where has_order or has_draft
),

known_lines as (
    select distinct opportunity_id
    from {{ ref('int_deal_line') }}
),

deal_lines as (
    select *
    from {{ ref('fct_promise_line') }}
    where line_kind = 'deal_line'
),

line_places as (
    select
        *,
        row_number() over (
            partition by opportunity_id, mode
            order by
                case status
                    when 'withheld' then 0 when 'unplaced' then 1 when 'placed' then 2 else 3
                end,
                days_late desc nulls last,
                delivered_date desc nulls last,
                line_item_id asc
        ) as place
    from deal_lines
),

summed as (
    select
        opportunity_id,
        mode,
        min(
            case demand_class
                when 'won' then 'won' when 'quotation' then 'quotation' else demand_class
            end
        )
            as demand_class,
        any_value(card_code) as card_code,
        cast(count(*) filter (where status <> 'not_needed') as integer) as line_count,
        cast(count(*) filter (where status = 'placed') as integer) as placed_line_count,
        max(requested_date) as requested_date,
        max(delivered_date) as delivered_date,
        max(days_late) as days_late,
        max(day_number) as day_number,
        bool_and(is_capacity_checked) as is_capacity_checked,
        bool_or(is_capacity_assumed) as is_capacity_assumed,
        bool_and(is_stock_exact) as is_stock_exact,
        coalesce(bool_or(is_estimated), false) as is_estimated,
        max(coalesce(estimate_low_date, delivered_date)) as estimate_low_date,
        max(coalesce(estimate_high_date, delivered_date)) as estimate_high_date
    from deal_lines
    group by opportunity_id, mode
),

with_lines as (
    select
        summed.opportunity_id,
        summed.mode,
        summed.card_code,
        summed.demand_class,
        summed.line_count,
        summed.placed_line_count,
        line_places.status,
        line_places.reason_code,
        line_places.reason_key,
        summed.requested_date,
        summed.delivered_date,
        summed.day_number,
        summed.days_late,
        line_places.line_item_id as driving_line_item_id,
        line_places.item_code as driving_item_code,
        line_places.binding_kind,
        line_places.binding_key,
        line_places.binding_days,
        line_places.runner_up_kind,
        line_places.runner_up_key,
        line_places.runner_up_days,
        line_places.opened_by_date,
        summed.is_capacity_checked,
        summed.is_capacity_assumed,
        summed.is_stock_exact,
        summed.is_estimated,
        summed.estimate_low_date,
        summed.estimate_high_date
    from summed
    inner join line_places
        on
            summed.opportunity_id = line_places.opportunity_id
            and summed.mode = line_places.mode
            and line_places.place = 1
),

without_lines as (
    select
        deals.opportunity_id,
        unnest(['alone', 'queue']) as mode,
        deals.card_code,
        case
            when ordered.opportunity_id is not null then 'not_needed'
            else 'no_lines'
        end as status,
        case
            when ordered.opportunity_id is not null then 'ORDERED'
            when known_lines.opportunity_id is null then 'NO_LINES'
            else 'NO_DEMAND'
        end as reason_code
    from deals
    left join ordered on deals.opportunity_id = ordered.opportunity_id
    left join known_lines on deals.opportunity_id = known_lines.opportunity_id
    where deals.opportunity_id not in (select opportunity_id from with_lines)
),

unioned as (
    select * from with_lines
    union all by name
    select
        *,
        0 as line_count,
        0 as placed_line_count,
        true as is_capacity_checked,
        false as is_capacity_assumed,
        true as is_stock_exact,
        false as is_estimated
    from without_lines
),

final as (
    select
        opportunity_id,
        mode,
        card_code,
        demand_class,
        cast(line_count as integer) as line_count,
        cast(placed_line_count as integer) as placed_line_count,
        status,
        reason_code,
        reason_key,
        requested_date,
        case when status = 'placed' then delivered_date end as delivered_date,
        case when status = 'placed' then day_number end as day_number,
        case when status = 'placed' then days_late end as days_late,
        driving_line_item_id,
        driving_item_code,
        binding_kind,
        binding_key,
        binding_days,
        runner_up_kind,
        runner_up_key,
        runner_up_days,
        opened_by_date,
        is_capacity_checked,
        is_capacity_assumed,
        is_stock_exact,
        is_estimated,
        case when status = 'placed' and is_estimated then estimate_low_date end
            as estimate_low_date,
        case when status = 'placed' and is_estimated then estimate_high_date end
            as estimate_high_date
    from unioned
)

select * from final
