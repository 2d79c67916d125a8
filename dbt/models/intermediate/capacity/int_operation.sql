with stage_waits as (
    select
        item_code,
        cast(dense_rank() over (
            partition by item_code order by coalesce(sequence_number, stage_id), stage_id
        ) as integer) as stage_no,
        cast(ceil(coalesce(waiting_days, 0)) as integer) as waiting_days
    from {{ ref('stg_sap_b1__product_tree_stage') }}
),

outside_processing as (
    select
        item_code,
        stage_no,
        max(lead_time_days) as outside_days
    from {{ ref('int_bom') }}
    where not is_stock_item and lead_time_days > 0
    group by item_code, stage_no
),

stages as (
    select
        coalesce(stage_waits.item_code, outside_processing.item_code) as item_code,
        coalesce(stage_waits.stage_no, outside_processing.stage_no) as stage_no,
        coalesce(stage_waits.waiting_days, 0)
        + coalesce(outside_processing.outside_days, 0) as waiting_days
    from stage_waits
    full outer join outside_processing
        on
            stage_waits.item_code = outside_processing.item_code
            and stage_waits.stage_no = outside_processing.stage_no
),

worked_lines as (
    select
        line.item_code,
        line.stage_no,
        line.component_code as work_centre,
        sum(line.per_unit_qty / coalesce(yields.yield, 1)) as per_unit_load,
        sum(cast(line.fixed_qty as double)) as fixed_load
    from {{ ref('int_bom_line') }} as line
    left join {{ ref('int_item_yield') }} as yields on line.item_code = yields.item_code
    where
        line.is_work_centre
        and line.tree_type = 'iProductionTree'
        and line.per_unit_qty >= 0
    group by line.item_code, line.stage_no, line.component_code
),

worked_stages as (
    select distinct
        item_code,
        stage_no
    from worked_lines
),

waits_by_worked_stage as (
    select
        stages.item_code,
        stages.stage_no,
        stages.waiting_days,
        (
            select max(worked_stages.stage_no)
            from worked_stages
            where
                worked_stages.item_code = stages.item_code
                and worked_stages.stage_no <= stages.stage_no
        ) as worked_stage_no
    from stages
),

waits as (
    select
        item_code,
        worked_stage_no as stage_no,
        sum(waiting_days) as waiting_days
    from waits_by_worked_stage
    group by item_code, worked_stage_no
),

of_bills as (
    select
        worked_lines.item_code,
        worked_lines.stage_no,
        worked_lines.work_centre,
        worked_lines.per_unit_load,
        worked_lines.fixed_load,
        cast(coalesce(waits.waiting_days, 0) as integer) as waiting_days,
        case
            when
                worked_lines.stage_no
                = min(worked_lines.stage_no) over (partition by worked_lines.item_code)
                then cast(coalesce(before_first.waiting_days, 0) as integer)
            else 0
        end as days_before
    from worked_lines
    left join waits
        on
            worked_lines.item_code = waits.item_code
            and worked_lines.stage_no = waits.stage_no
    left join waits as before_first
        on
            worked_lines.item_code = before_first.item_code
            and before_first.stage_no is null
),

{# What the similar orders waited beyond their work is waited behind the last stage. #}
of_estimates as (
    select
        line.item_code,
        line.stage_no,
        line.component_code as work_centre,
        line.per_unit_qty as per_unit_load,
        0 as fixed_load,
        case
            when line.stage_no = max(line.stage_no) over (partition by line.item_code)
                then estimate.waiting_days
            else 0
        end as waiting_days,
        0 as days_before
    from {{ ref('int_estimate_line') }} as line
    inner join {{ ref('int_item_estimate') }} as estimate on line.item_code = estimate.item_code
    where line.is_work_centre
),

final as (
    select * from of_bills
    union all
    select * from of_estimates
)

select * from final
