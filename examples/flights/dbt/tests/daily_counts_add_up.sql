-- Every flight is counted on exactly one day.
with daily as (

    select sum(flight_count) as flight_count from {{ ref('fct_daily_delays') }}

),

flights as (

    select count(*) as flight_count from {{ ref('int_flight_delays') }}

)

select daily.flight_count as counted, flights.flight_count as expected
from daily
cross join flights
where daily.flight_count <> flights.flight_count
