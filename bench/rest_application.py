"""Serializer, views and addresses of the Django application; imported when Django is set up."""

from __future__ import annotations

import time
from typing import Any, ClassVar

from django.db import transaction
from django.urls import path
from rest_access import SEEN
from rest_framework import exceptions, pagination, serializers, viewsets
from rest_framework.utils import encoders, json
from rest_models import Customer, Entry, History, Outbox

SORTS = {"created_at": ("created_at", "id"), "-created_at": ("-created_at", "-id")}
LANE = 901


class CustomerSerializer(serializers.ModelSerializer):
    email = serializers.SerializerMethodField()

    class Meta:
        model = Customer
        fields: ClassVar = [
            "id", "affiliate", "status", "segment", "given_name", "family_name", "email", "phone", "birth_date",
            "credit_score", "marketing_consent",
        ]  # fmt: skip
        read_only_fields: ClassVar = ["id"]

    def get_email(self, customer: Customer) -> str | None:
        """Return a mask."""
        return "••••" if customer.email else None

    def validate_affiliate(self, value: str) -> str:
        """Refuse a customer that its maker may not see."""
        if value not in SEEN:
            raise exceptions.PermissionDenied
        return value


class Pages(pagination.LimitOffsetPagination):
    default_limit = 20
    max_limit = 100


class CustomerViewSet(viewsets.ModelViewSet):
    serializer_class = CustomerSerializer
    pagination_class = Pages

    def get_queryset(self) -> Any:  # noqa: ANN401 - a query set
        """Return the customers that may be seen, and of these the ones that are asked for."""
        found = Customer.objects.filter(affiliate__in=SEEN)
        asked = self.request.query_params
        for name in ("affiliate", "status", "segment"):
            if name in asked:
                found = found.filter(**{name: asked[name]})
        return found.order_by(*SORTS[asked.get("sort", "-created_at")])

    def perform_create(self, serializer: CustomerSerializer) -> None:
        """Keep a new customer."""
        with transaction.atomic():
            now, by = time.time_ns() // 1000, str(self.request.user.id)
            made = serializer.save(created_at=now, created_by=by, updated_at=now, updated_by=by)
            values = {name: [None, value] for name, value in serializer.data.items() if value is not None}
            self.tell("create", made, now, values)

    def perform_update(self, serializer: CustomerSerializer) -> None:
        """Keep a changed customer."""
        with transaction.atomic():
            before = dict(self.get_serializer(serializer.instance).data)
            now, version = time.time_ns() // 1000, serializer.instance.version + 1
            made = serializer.save(updated_at=now, updated_by=str(self.request.user.id), version=version)
            after = self.get_serializer(made).data
            changes = {name: [before[name], new] for name, new in after.items() if new != before[name]}
            self.tell("update", made, now, changes)

    def tell(self, action: str, customer: Customer, now: int, values: dict[str, Any]) -> None:
        """Keep who changed what."""
        actor = self.request.user
        last = Entry.objects.order_by("-sequence").values_list("sequence", flat=True).first()
        sequence = max((last or 0) + 1024, now << 10 | LANE)
        Entry.objects.create(
            sequence=sequence,
            number=1,
            at=now,
            actor_id=str(actor.id),
            actor_name=f"token:{actor.name}",
            action=action,
            entity="customer",
            record_id=customer.id,
            version=customer.version,
            changed=dumped(list(values)),
        )
        History.objects.create(entry=sequence, entity="customer", record_id=customer.id, changes=dumped(values))
        Outbox.objects.create(
            at=now, event=f"customer.{action}d", entity="customer", record_id=customer.id, version=customer.version
        )


def dumped(values: object) -> str:
    """Return JSON."""
    return json.dumps(values, cls=encoders.JSONEncoder)


collection = CustomerViewSet.as_view({"get": "list", "post": "create"})
item = CustomerViewSet.as_view({"get": "retrieve", "patch": "partial_update"})
urlpatterns = [path("customer/", collection), path("customer/<uuid:pk>/", item)]
