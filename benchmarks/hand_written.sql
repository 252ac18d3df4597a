-- The same job as a careful analyst would write it for DuckDB: exact integer sums, one multiplication, rounded once.
select t.region, t.city, t.period, t.item, t.unit, t.micro, round(t.micro * c.scaled) as nano
from (
  select a.region, a.city, a.period, a.item, a.unit, sum(cast(round(a.amount * u.micro) as bigint)) as micro
  from read_parquet('{data}/*.parquet') a
  join units u on a.unit = u.unit
  group by all
) t
join coefficients c on t.region = c.region and t.period = c.period and t.item = c.item and t.unit = c.unit
order by all
