-- in   activity(columns as read) · units(unit, micro, upper): micro = millionths of the canonical unit per unit
-- out  one row per combination of dimensions: amount_micro [10^-6 canonical unit], good and total row counts
-- rule amounts that are null, NaN, negative or beyond `upper` add nothing and are counted apart; sums are of integers
select $outer, m.amount_micro as amount_micro, m.good as good, m.total as total
from (
  select $inner,
         sum(cast(round(case when a.$amount >= 0 and a.$amount <= u.upper then a.$amount * u.micro end) as bigint)) as amount_micro,
         count(case when a.$amount >= 0 and a.$amount <= u.upper then 1 end) as good,
         count(*) as total
  from activity as a
  left join units as u on a.$unit = u.unit
  group by $groups
) as m
