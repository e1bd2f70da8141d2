"""Russian days as Django writes them, but that no line begins with a month or with the sign of a year."""

DATE_FORMAT = "j\N{NO-BREAK SPACE}E Y\N{NO-BREAK SPACE}г."
TIME_FORMAT = "H:i"
DATETIME_FORMAT = "j\N{NO-BREAK SPACE}E Y\N{NO-BREAK SPACE}г., H:i"
YEAR_MONTH_FORMAT = "F Y\N{NO-BREAK SPACE}г."
MONTH_DAY_FORMAT = "j\N{NO-BREAK SPACE}F"
