"""Own figures of an organisation (absence, turnover, incidents ...), by unit and month, and the calendar of its moments."""
