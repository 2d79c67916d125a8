-- How many of each there are.
select
    (select count(*) from Product) as items,
    (select count(*) from Customer) as customers,
    (select count(*) from Location where CostRate > 0) as work_centres,
    (select count(distinct ProductAssemblyID) from BillOfMaterials
     where StartDate <= $as_of and coalesce(EndDate, timestamp '9999-12-31') > $as_of) as trees,
    (select count(*) from Product as p where not exists (
        select 1 from ProductCostHistory as c
        where c.ProductID = p.ProductID and c.StartDate <= $as_of
    )) as items_without_cost
