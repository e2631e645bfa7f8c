"""The API told in OpenAPI 3.1: what one set of roles may see and do, to the attribute."""
