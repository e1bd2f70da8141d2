"""Russian days as Django writes them, without the sign of a year, after which a full stop would stand twice; no line begins with a month."""

DATE_FORMAT = "j\N{NO-BREAK SPACE}E Y"
TIME_FORMAT = "H:i"
DATETIME_FORMAT = "j\N{NO-BREAK SPACE}E Y, H:i"
YEAR_MONTH_FORMAT = "F Y"
MONTH_DAY_FORMAT = "j\N{NO-BREAK SPACE}F"
