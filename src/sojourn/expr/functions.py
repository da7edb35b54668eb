"""The functions and types that an expression may use."""

from __future__ import annotations

TEXT = """
    ascii chr concat concat_ws contains ends_with suffix prefix starts_with left right
    length len strlen char_length lower lcase upper ucase ltrim rtrim trim replace reverse
    split_part string_split split position strpos instr substring substr translate unicode
    md5 sha256 levenshtein damerau_levenshtein jaccard jaro_similarity jaro_winkler_similarity
    regexp_matches regexp_full_match regexp_extract regexp_extract_all regexp_replace
    strip_accents nfc_normalize url_encode url_decode
"""
NUMBER = """
    abs ceil ceiling floor round trunc sign sqrt cbrt exp ln log log2 log10 pow power mod
    greatest least isnan isfinite isinf pi degrees radians sin cos tan asin acos atan atan2 even
"""
TIME = """
    now local_now bucket age date_add date_diff datediff date_sub datesub date_part datepart date_trunc datetrunc
    dayname monthname day dayofmonth dayofweek dayofyear isodow isoyear week weekofyear weekday hour minute second
    millisecond microsecond month quarter year yearweek last_day epoch epoch_ms epoch_us make_date make_time
    make_timestamp make_timestamptz to_timestamp strftime strptime try_strptime time_bucket extract
    to_years to_months to_weeks to_days to_hours to_minutes to_seconds to_milliseconds
"""
LISTS = """
    list_contains list_has array_contains array_has list_has_any array_has_any list_has_all array_has_all
    list_position list_indexof array_position list_element list_extract array_extract list_distinct list_unique
    list_sort list_reverse_sort list_sum list_avg list_min list_max list_count list_first list_last
    list_value list_concat list_cat list_slice array_slice array_length list_intersect list_any_value
    array_to_string list_reverse
"""
JSON = """
    json_extract json_extract_path json_extract_string json_extract_path_text json_exists json_contains json_type
    json_array_length json_keys json_valid json_value
"""
CONDITIONAL = "coalesce ifnull nullif if case try_cast cast try"

FUNCTIONS = frozenset(" ".join([TEXT, NUMBER, TIME, LISTS, JSON, CONDITIONAL]).split())
"""Names, in lower case, as a user writes them."""

REGEXPS = frozenset(n for n in FUNCTIONS if n.startswith("regexp_"))

_KEYWORDS = """
    and or not in between when then else case is like ilike interval as from escape distinct for
    both leading trailing zone date timestamp timestamptz time
"""
_AGGREGATES = """
    count sum fsum avg min max median mode any_value arg_max arg_min max_by min_by bool_and bool_or
    count_if stddev variance quantile quantile_cont quantile_disc approx_count_distinct
    row_number rank dense_rank percent_rank cume_dist ntile lag lead first_value last_value
"""
_QUERY_WORDS = """
    select where having on using by over filter exists any all union except intersect with only join partition
    order limit offset group qualify within rows range
"""
_CAST_TYPES = """
    TEXT VARCHAR BIGINT INT SMALLINT TINYINT HUGEINT INT128 UBIGINT UINT DOUBLE FLOAT DECIMAL BOOLEAN DATE TIME
    TIMESTAMP TIMESTAMPTZ TIMESTAMPNTZ JSON INTERVAL UUID
"""

KEYWORDS = frozenset(_KEYWORDS.split())
"""Words that may stand before a bracket without being a function."""

CAST_TYPES = frozenset(_CAST_TYPES.split())
"""Type names of SQLGlot to which a value may be cast; lists of these too."""

AGGREGATES = frozenset(_AGGREGATES.split())
"""Aggregates and window functions, for the SQL of audiences."""

QUERY_WORDS = frozenset(_QUERY_WORDS.split())
"""Words of a query that may stand before a bracket."""
