"""What roles give: each alone, and no more than the group lets an overlay give."""
