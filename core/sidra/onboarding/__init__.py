"""A new country: its questionnaire, the overlay that follows from the answers, and the sheets its data come in."""
