{{ config(tags=['daily', 'ml']) }}

with flights as (

    select * from {{ ref('int_flight_delays') }}

),

origins as (

    select origin, avg(delay_min) as mean_delay_min
    from flights
    group by origin

),

destinations as (

    select destination, avg(delay_min) as mean_delay_min
    from flights
    group by destination

)

select
    flights.flight_id,
    flights.departed_on,
    flights.departed_hour,
    flights.weekday,
    flights.distance_miles,
    flights.origin,
    flights.destination,
    round(origins.mean_delay_min, 4) as origin_mean_delay_min,
    round(destinations.mean_delay_min, 4) as destination_mean_delay_min,
    flights.delay_min,
    flights.is_delayed
from flights
inner join origins on flights.origin = origins.origin
inner join destinations on flights.destination = destinations.destination
