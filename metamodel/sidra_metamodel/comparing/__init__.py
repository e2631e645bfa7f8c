"""What two configurations say differently: leaf by leaf, element by element, and how much of one is of another."""
