"""The affiliates of the group side by side on the screen."""
