-- in   activity(columns as read) · units(unit, micro): micro = millionths of the canonical unit per unit
-- out  one row per combination of dimensions: amount_micro [10^-6 canonical unit], good = rows summed
-- rule rows whose amount is null, NaN, negative or too large, or whose unit is unknown, are left out (and counted); sums are of integers
--      the product is compared: an amount itself may pass as NaN where statistics of the file hide it
--      a case and no filter: one that lets nearly all rows pass only makes the groups slower to find
select $outer, m.amount_micro as amount_micro, m.good as good
from (
  select $kept,
         sum(cast(b.micro as bigint)) as amount_micro,
         count(b.micro) as good
  from (
    select $inner,
           case when a.$amount >= 0 and a.$amount * u.micro <= $most
                then cast(round(a.$amount * u.micro) as bigint) end as micro
    from activity as a
    join units as u on a.$unit = u.unit
  ) as b
  group by $groups
) as m
where m.good > 0
