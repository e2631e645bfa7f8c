// Calendars.
