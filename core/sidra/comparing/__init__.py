"""All affiliates side by side, as people look at them: on the command line, in a report, on a page."""
