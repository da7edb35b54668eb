"""A workspace with the customers and rentals of a shop, really imported, and their numbers by SQL."""

from __future__ import annotations

from pathlib import Path

import duckdb

from tests.e2e.served import Shop, command

DATA = Path(__file__).resolve().parents[2] / "data" / "pagila"
DOCUMENTS = """
kind: entity
id: rental
key: rental_id
attributes:
  rental_id: integer
  customer_id: string
  store_id: integer
  film: string
  rental_date: timestamp
  return_date: timestamp
links:
  customer: {to: profile, "on": {customer_id: profile_id}}
---
kind: template
id: bring-back
channel: email
subject: "Please bring back {{ row.film }}"
text: "Rental {{ row.rental_id }}, and {{ row.rentals }} rentals so far."
"""


ATTRIBUTES = ["first_name: string", "last_name: string", "city: string", "country: string", "store_id: integer"]


def furnish(shop: Shop) -> None:
    """Write the documents, before the server starts."""
    shop.edit("data.yaml", "  first_name: string\n", "".join(f"  {line}\n" for line in ATTRIBUTES))
    (shop.folder / "rentals.yaml").write_text(DOCUMENTS)


def fill(shop: Shop) -> None:
    """Import customers and rentals."""
    at = ["--workspace", shop.folder]
    customers = ["--map", "customer_id=profile_id", "--map", "active="]
    command("import", "profiles", DATA / "customer.parquet", *customers, *at)
    command("import", "rental", DATA / "rental.parquet", *at)


def count(where: str, table: str = "rental") -> int:
    """Return how many rows of the data meet a condition of SQL."""
    [(found,)] = duckdb.sql(f"SELECT count(*) FROM '{DATA / table}.parquet' WHERE {where}").fetchall()
    return int(found)
