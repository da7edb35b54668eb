"""Words of SQL and of Liquid, usual and unusual."""

SQL = """
    profile.city profile.spend profile.vip profile.born profile.tags event.amount event.other entry.list look.temp
    now() local_now() bucket() and or not in is null like ilike between ( ) [ ] { } , = < >= <> + - * / // % || ->
    ->> :: . ' '' 'x' '5' 1 2.5 1e400 99999999999999999999999999999999999999999 true case when then else end cast(
    as integer date interval 3 days lower( len( coalesce( list_contains( date_trunc( 'day' extract( hour from at
    time zone 'UTC' select exists( ; -- /* */ $1 ? : regexp_matches( '(a+)+$' strptime( '%Y' make_date(
    json_extract( '$.a' left( escape distinct insert update delete attach copy install load pragma set create drop
    explain values with recursive union read_csv( glob( 'x'::date not(not(not( -(-(- ((((((((( repeat( range(
    generate_series( list_value( array_to_string( sum( over( x->x+1 {'a':1} [1,2][1:2] profile."city" "profile".city
    interval'1'day replace( regexp_replace( 'a' 'aaaa' struct_pack( try(
"""
LIQUID = """
    {{ }} {% %} {{- -%} if endif unless endunless for x in endfor (1..9) (1..99999999) break continue case when else
    assign = capture endcapture raw endraw comment endcomment render include cycle increment tablerow endtablerow
    abort_message "why" liquid echo profile event entry profile.name entry.x entry.list message. | upcase append:
    'x' plus: 1 divided_by: 0 split: ',' join sort date: '%Y' slice: 0,5 replace: 'a','aa' default: 'y' first size
    times: 99999999999 truncate: -1 contains {%for%} {%assign {%if {%endif%} {%endfor%} x.x.x.x x[x[x[ strip_html
    json where: 'a' map: 'b' uniq sum compact concat: x reverse (1..1000000) round: 9999 ceil floor abs modulo: 0
    pluralize
"""
SQL_WORDS = SQL.split()
LIQUID_WORDS = LIQUID.split()
