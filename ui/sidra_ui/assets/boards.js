// What boards and calendars need besides: cards that are dragged, lifted by the keyboard, or moved by a form.
import "./boards/board.js";
import "./boards/calendar.js";
