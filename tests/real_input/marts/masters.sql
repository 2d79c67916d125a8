select
    (select count(*) from marts.dim_item) as items,
    (select count(*) from marts.dim_customer where is_in_erp) as customers,
    (select count(*) from marts.dim_work_centre) as work_centres,
    (select count(*) from marts.dim_item where has_bom) as trees,
    (select count(*) from marts.dim_item where unit_cost is null) as items_without_cost
