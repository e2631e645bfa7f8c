"""How the API of an affiliate compares with TM Forum's documents: what differs, why, and whether a client minds."""
