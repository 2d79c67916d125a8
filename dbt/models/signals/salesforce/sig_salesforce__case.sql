{%- set language = var('language', 'es') %}
{%- set reason_values = {
    'lot': ['code', 'found.lot_name'],
    'count': ['number', 'found.lot_count'],
    'raw': ['code', "found.suspect_item_code || ' ' || found.suspect_lot_number"],
    'with': ['number', 'found.suspect_complaint_count'],
    'all': ['number', 'found.complaint_count'],
    'share': ['share', 'found.suspect_qty * 100 / found.base_qty'],
    'lots': ['number', 'found.reach_lot_count'],
    'minimum': ['number', 'found.minimum_lot_count'],
    'units': ['number', 'found.reach_qty'],
    'certain': ['number', 'found.certain_qty'],
    'quantity': ['number', 'found.replacement_qty'],
} %}
{%- set material_values = {
    'item': ['code', 'material.raw_item_code'],
    'lot': ['code', 'material.raw_lot_number'],
    'supplier': ['code', "material.supplier_card_code || ' ' || material.supplier_name"],
    'receipt': ['code', 'material.receipt_number'],
    'day': ['day', 'material.receipt_date'],
    'with': ['number', 'material.with_lot_complaint_count'],
    'all': ['number', 'material.complaint_count'],
    'share': ['share', 'material.base_share * 100'],
} %}

-- The fields keep the capitals of the API.
-- noqa: disable=CP02
with validity as (
    select * from {{ ref('int_signal_validity') }}
),

{# A question of sales names no lot and gets no answer; a case long closed needs none. #}
found as (
    select
        fct_case.case_id,
        fct_case.lot_text,
        fct_case.lot_count,
        fct_case.production_date,
        coalesce(fct_case.lot_number, fct_case.lot_text) as lot_name,
        impact.* exclude (case_id, lot_count, lot_qty),
        impact.lot_count as reach_lot_count,
        impact.lot_qty as reach_qty,
        coalesce(
            fct_case.lot_reason_code,
            case
                when impact.suspect_count > 0 then 'CASE_SUSPECT'
                when impact.complaint_count is null then 'CASE_NO_RAW_LOT'
                else 'CASE_NO_SUSPECT'
            end
        ) as sentence_code
    from {{ ref('fct_case') }} as fct_case
    left join {{ ref('fct_case_impact') }} as impact on fct_case.case_id = impact.case_id
    where
        not fct_case.is_sales_question
        and (
            not fct_case.is_closed
            or fct_case.closed_at
            > {{ as_of_at() }} - to_days({{ policy('case_answer_days') }})
        )
),

worded as (
    select
        found.*,
        {{ sentence('sentence.' ~ language, reason_values, language) }} as reason,
        {{ sentence('replacement.' ~ language, reason_values, language) }} as replacement_reason
    from found
    left join {{ ref('reason_text') }} as sentence on found.sentence_code = sentence.code
    left join {{ ref('reason_text') }} as replacement
        on found.replacement_reason_code = replacement.code
),

told_materials as (
    select
        material.case_id,
        material.suspect_rank,
        {{ sentence('sentence.' ~ language, material_values, language) }} as line
    from {{ ref('fct_case_suspect') }} as material
    inner join {{ ref('reason_text') }} as sentence
        on sentence.code = case
            when material.receipt_date is null then 'MATERIAL_OPENING'
            when material.is_suspect then 'MATERIAL_SUSPECT'
            else 'MATERIAL'
        end
),

material_lists as (
    select
        case_id,
        list(line order by suspect_rank) as lines
    from told_materials
    group by case_id
),

fitting as (
    select
        case_id,
        {{ whole_lines('lines', 4000, language) }} as materials
    from material_lists
),

final as (
    select
        worded.case_id as Id,
        validity.as_of_at as Promesa_As_Of__c,
        validity.expires_at as Promesa_Expires__c,
        left(concat_ws(' ', worded.reason, worded.replacement_reason), 255) as Promesa_Reason__c,
        worded.lot_text as Promesa_Lot__c,
        worded.production_date as Promesa_Production_Date__c,
        fitting.materials as Promesa_Materials__c,
        cast(worded.reach_lot_count as decimal(18, 0)) as Promesa_Affected_Lots__c,
        cast(worded.customer_count as decimal(18, 0)) as Promesa_Affected_Customers__c,
        cast(worded.stock_qty as decimal(18, 3)) as Promesa_Affected_Stock__c,
        worded.replacement_date as Promesa_Replacement_Date__c,
        validity.renew_after_at,
        validity.renew_live_before_at
    from worded
    cross join validity
    left join fitting on worded.case_id = fitting.case_id
)

select * from final
