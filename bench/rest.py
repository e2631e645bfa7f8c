"""The same endpoint with Django REST framework, as its documentation says: on the runtime's tables and indexes.

Tokens, a permission, a filter on rows, a serializer with a masked field, audit and history rows and the outbox. It
keeps no chain and seals no personal value: it has less to do than the others.
"""

from __future__ import annotations

from typing import Any

import django
from django.conf import settings
from psycopg.conninfo import conninfo_to_dict


def configure(where: str) -> None:
    """Set Django up for a database: a path, or an address of PostgreSQL."""
    if where.startswith("postgresql"):
        parts = conninfo_to_dict(where)
        database: dict[str, Any] = {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": parts["dbname"],
            "USER": parts["user"],
            "PASSWORD": parts.get("password", ""),
            "HOST": parts["host"],
            "PORT": parts["port"],
            "CONN_MAX_AGE": None,
        }
    else:
        pragmas = "journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA mmap_size=268435456; PRAGMA cache_size=-65536"
        options = {
            "transaction_mode": "IMMEDIATE",
            "init_command": f"PRAGMA {pragmas}; PRAGMA wal_autocheckpoint=4000; PRAGMA temp_store=MEMORY",
        }
        database = {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": where,
            "OPTIONS": options,
            "CONN_MAX_AGE": None,
        }
    settings.configure(
        DATABASES={"default": database},
        INSTALLED_APPS=["rest_framework"],
        ROOT_URLCONF="rest_application",
        ALLOWED_HOSTS=["*"],
        MIDDLEWARE=["django.middleware.common.CommonMiddleware"],
        USE_TZ=True,
        LOGGING_CONFIG=None,
        SECRET_KEY="of the benchmark",
        REST_FRAMEWORK={
            "DEFAULT_AUTHENTICATION_CLASSES": ["rest_access.TokenAuthentication"],
            "DEFAULT_PERMISSION_CLASSES": ["rest_access.IsClient"],
            "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
            "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
            "UNAUTHENTICATED_USER": None,
        },
    )
    django.setup()


def application(where: str) -> Any:  # noqa: ANN401 - a WSGI application
    """Return the endpoint as a WSGI application."""
    configure(where)
    from django.core.wsgi import get_wsgi_application  # noqa: PLC0415 - Django must be set up

    return get_wsgi_application()
