-- in   amounts(cell, key, amount) · sheet(key, coefficient_row, scaled): scaled = 10^-9 t of gas per unit of amount
-- out  one row per cell and coefficient: hi * 2^32 + lo = mass of the gas [10^-9 t]
-- rule the exact sum (as a double) is multiplied once and rounded once; two halves, as doubles above 2^53 do not cast alike everywhere
select x.cell as cell, x.coefficient_row as coefficient_row,
       cast(floor(x.nano / 4.294967296e9) as bigint) as hi,
       cast(x.nano - floor(x.nano / 4.294967296e9) * 4.294967296e9 as bigint) as lo
from (
  select m.cell as cell, s.coefficient_row as coefficient_row,
         round(m.amount * s.scaled) as nano
  from amounts as m
  join sheet as s on m.key = s.key
) as x
