"""Who may ask the Django application for what."""

from __future__ import annotations

import hashlib
import time

from rest_framework import authentication, exceptions, permissions
from rest_framework.request import Request
from rest_models import Customer, Token

SEEN = ("FR", "ES", "PL")


class TokenAuthentication(authentication.BaseAuthentication):
    def authenticate(self, request: Request) -> tuple[Token, None] | None:
        """Return whose token it is; None where there is none."""
        kind, _, text = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
        if kind != "Bearer":
            return None
        now, key = time.time_ns() // 1000, hashlib.sha256(text.encode()).digest()
        found = Token.objects.filter(token_hash=key, revoked_at=None, expires_at__gt=now).first()
        if found is None:
            raise exceptions.AuthenticationFailed
        return found, None


class IsClient(permissions.BasePermission):
    def has_permission(self, request: Request, view: object) -> bool:
        """Tell whether somebody may ask."""
        del view
        return getattr(request.user, "role", None) == "client"

    def has_object_permission(self, request: Request, view: object, obj: Customer) -> bool:
        """Tell whether somebody may ask for a customer."""
        del request, view
        return obj.affiliate in SEEN
