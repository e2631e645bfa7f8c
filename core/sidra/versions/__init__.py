"""Versions of the baseline in the data folder, and affiliates that take them."""
