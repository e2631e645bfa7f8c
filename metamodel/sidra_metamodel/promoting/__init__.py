"""Changes of overlays and of what they stand on that leave what every affiliate has as it is, and the proof of it."""
