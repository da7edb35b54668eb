"""The workspace that these tests write expressions against."""

from __future__ import annotations

from sojourn.expr import AudienceSpec, EntitySpec, EventSpec, GroupSpec, LinkSpec, Scope, WorkspaceNames

PROFILE = {
    "email": "string",
    "city": "string",
    "timezone": "string",
    "birth_year": "integer",
    "birthday": "date",
    "signed_up": "timestamp",
    "spend": "number",
    "vip": "boolean",
    "tags": "[string]",
    "meta": "json",
}
BOOKING = EntitySpec(
    {"booking_id": "string", "profile_id": "string", "hotel_id": "string", "nights": "integer"},
    "booking_id",
    {
        "guest": LinkSpec("profile", {"profile_id": "profile_id"}),
        "property": LinkSpec("hotel", {"hotel_id": "hotel_id"}),
    },
)
SHOP = WorkspaceNames(
    events={
        "purchase": EventSpec("purchase", None, {"amount": "number", "sku": "string"}),
        "ordered": EventSpec("Order Completed", "event.amount > 0", {"amount": "number"}),
    },
    audiences={
        "vips": AudienceSpec("where", "profile.vip"),
        "buyers": AudienceSpec("where", {"did": "purchase"}),
        "low": AudienceSpec("where", "bucket() < 5000"),
        "loyal": AudienceSpec("sql"),
        "chicken": AudienceSpec("where", {"in": "egg"}),
        "egg": AudienceSpec("where", {"not": {"in": "chicken"}}),
    },
    entities={
        "profile": EntitySpec(PROFILE, "profile_id"),
        "hotel": EntitySpec({"hotel_id": "string", "city": "string"}, "hotel_id"),
        "booking": BOOKING,
    },
    groups={"news": GroupSpec("email"), "sport": GroupSpec("email", "unsubscribed")},
    documents={"welcome": ["first", "second"]},
)
SCOPE = Scope(
    profile=PROFILE,
    event={"amount": "number", "sku": "string", "when": "timestamp", "numbers": "[number]", "address.city": "string"},
    entry={"code": "string", "n": "integer"},
    nodes={"first-mail": {"x": "number"}, "vars": {}},
    document="gate",
    zone="profile",
    fallback_zone="Asia/Seoul",
)
PLAIN = Scope(profile=PROFILE, document="gate")
