"""The runtime's tables as Django's models."""

from __future__ import annotations

import time
import uuid
from typing import Any

from by_hand_storage import new_id
from django.db import models

CHOICES = {
    "status": ("active", "suspended", "prospect", "closed"),
    "segment": ("mass", "premium", "youth", "senior", "soho"),
}


def new_uuid() -> uuid.UUID:
    """Return a UUIDv7."""
    return uuid.UUID(bytes=new_id(time.time_ns() // 1_000_000))


class IdField(models.UUIDField):
    """An id: 16 bytes in SQLite, where Django would write a text."""

    def get_internal_type(self) -> str:
        return "IdField"

    def db_type(self, connection: Any) -> str:  # noqa: ANN401 - as Django has it
        return "uuid" if connection.vendor == "postgresql" else "blob"

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:  # noqa: ANN401, FBT001, FBT002 - as Django has it
        if value is None or connection.vendor == "postgresql":
            return super().get_db_prep_value(value, connection, prepared)
        return self.to_python(value).bytes

    def from_db_value(self, value: Any, *_: object) -> uuid.UUID | None:  # noqa: ANN401 - as Django calls it
        return uuid.UUID(bytes=bytes(value)) if isinstance(value, bytes) else value

    def get_db_converters(self, connection: Any) -> list[Any]:  # noqa: ANN401 - as Django has it
        return [] if connection.vendor == "postgresql" else [self.from_db_value]


class Customer(models.Model):
    id = IdField(primary_key=True, default=new_uuid)
    created_at = models.BigIntegerField()
    created_by = models.TextField(null=True)
    updated_at = models.BigIntegerField()
    updated_by = models.TextField(null=True)
    version = models.IntegerField(default=1)
    unit = models.TextField(null=True)
    affiliate = models.CharField(max_length=8)
    status = models.CharField(max_length=16, choices=[(one, one) for one in CHOICES["status"]])
    segment = models.CharField(max_length=16, choices=[(one, one) for one in CHOICES["segment"]], default="mass")
    given_name = models.CharField(max_length=80, null=True)
    family_name = models.CharField(max_length=80)
    email = models.CharField(max_length=200, null=True)
    phone = models.CharField(max_length=32, null=True)
    birth_date = models.DateField(null=True)
    credit_score = models.IntegerField(null=True)
    marketing_consent = models.BooleanField(default=False)

    class Meta:
        app_label, db_table, managed = "rest", "customer", False


class Token(models.Model):
    id = IdField(primary_key=True)
    token_hash = models.BinaryField()
    role = models.TextField()
    name = models.TextField()
    revoked_at = models.BigIntegerField(null=True)
    expires_at = models.BigIntegerField()

    is_authenticated = True

    class Meta:
        app_label, db_table, managed = "rest", "access_token", False


class Entry(models.Model):
    sequence = models.BigIntegerField(primary_key=True)
    number = models.BigIntegerField()
    at = models.BigIntegerField()
    actor_id = models.TextField()
    actor_name = models.TextField()
    action = models.TextField()
    entity = models.TextField()
    record_id = IdField(null=True)
    version = models.IntegerField(null=True)
    changed = models.TextField()
    digest = models.BinaryField(default=b"")

    class Meta:
        app_label, db_table, managed = "rest", "audit_entry", False


class History(models.Model):
    entry = models.BigIntegerField(primary_key=True)
    entity = models.TextField()
    record_id = IdField()
    changes = models.TextField()
    personal = models.TextField(default="[]")

    class Meta:
        app_label, db_table, managed = "rest", "record_history", False


class Outbox(models.Model):
    id = IdField(primary_key=True, default=new_uuid)
    at = models.BigIntegerField()
    event = models.TextField()
    entity = models.TextField()
    record_id = IdField(null=True)
    version = models.IntegerField(null=True)
    payload = models.TextField(default="{}")

    class Meta:
        app_label, db_table, managed = "rest", "outbox", False
