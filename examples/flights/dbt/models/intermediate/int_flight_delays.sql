{{ config(materialized='table') }}

with flights as (

    select * from {{ ref('int_flights_enriched') }}

),

bands as (

    select * from {{ ref('delay_bands') }}

)

select
    flights.flight_id,
    flights.departed_at,
    flights.departed_on,
    flights.departed_hour,
    flights.weekday,
    flights.delay_min,
    flights.is_delayed,
    bands.delay_band,
    flights.distance_miles,
    flights.origin,
    flights.destination
from flights
inner join bands
    on flights.delay_min >= bands.from_min
    and flights.delay_min < bands.to_min
