select
    origin,
    destination,
    count(*) as flight_count,
    {{ percent_of('count(*) filter (where is_delayed)', 'count(*)') }} as delayed_percent
from {{ ref('int_flight_delays') }}
group by origin, destination
order by flight_count desc
limit 20
