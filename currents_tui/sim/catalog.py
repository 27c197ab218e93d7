"""The spec files of an invented web shop, and the tests in each.

A file has the same tests in every group and every run, so that runs can be compared test by test.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

# How many tests each file has. The order is that of the shares below: a group takes the first n.
SHOP: Final[dict[str, int]] = {
    "checkout/payment-3ds.spec.ts": 12,
    "checkout/address.spec.ts": 16,
    "cart/promo-codes.spec.ts": 14,
    "search/facets.spec.ts": 18,
    "catalog/[id]/reviews.spec.ts": 11,
    "account/order-history.spec.ts": 13,
    "account/avatar-upload.spec.ts": 9,
    "auth/sso-saml.spec.ts": 12,
    "cart/guest-merge.spec.ts": 15,
    "checkout/gift-cards.spec.ts": 13,
    "catalog/listing-sort.spec.ts": 17,
    "orders/returns.spec.ts": 16,
    "search/typeahead.spec.ts": 14,
    "catalog/[id]/variants.spec.ts": 19,
    "checkout/shipping-methods.spec.ts": 15,
    "cart/mini-cart.spec.ts": 10,
    "auth/password-reset.spec.ts": 14,
    "orders/invoices.spec.ts": 16,
    "wishlist/share.spec.ts": 12,
    "checkout/guest.spec.ts": 18,
    "account/addresses.spec.ts": 16,
    "account/[tab]/preferences.spec.ts": 13,
    "home/hero-banner.spec.ts": 9,
    "i18n/currency-switch.spec.ts": 20,
    "auth/login.spec.ts": 17,
    "catalog/pdp-gallery.spec.ts": 14,
    "admin/refunds.spec.ts": 18,
    "admin/stock-levels.spec.ts": 22,
}

MOBILE: Final[dict[str, int]] = {
    "mobile/bottom-nav.spec.ts": 13,
    "mobile/swipe-gallery.spec.ts": 14,
    "mobile/apple-pay-sheet.spec.ts": 16,
    "checkout/payment-3ds.spec.ts": 12,
    "checkout/guest.spec.ts": 18,
    "search/facets.spec.ts": 18,
    "cart/mini-cart.spec.ts": 10,
    "account/avatar-upload.spec.ts": 9,
    "catalog/[id]/variants.spec.ts": 19,
}

BACKOFFICE: Final[dict[str, int]] = {
    "cypress/e2e/orders/bulk-refund.cy.ts": 9,
    "cypress/e2e/orders/export-csv.cy.ts": 6,
    "cypress/e2e/products/import.cy.ts": 11,
    "cypress/e2e/products/[sku]/edit.cy.ts": 12,
    "cypress/e2e/products/pricing-rules.cy.ts": 10,
    "cypress/e2e/customers/merge-accounts.cy.ts": 7,
    "cypress/e2e/customers/gdpr-erasure.cy.ts": 5,
    "cypress/e2e/reports/daily-sales.cy.ts": 8,
    "cypress/e2e/reports/returns-rate.cy.ts": 6,
    "cypress/e2e/settings/tax-zones.cy.ts": 13,
    "cypress/e2e/settings/user-roles.cy.ts": 9,
    "cypress/e2e/warehouse/pick-lists.cy.ts": 10,
    "cypress/e2e/warehouse/labels.cy.ts": 7,
    "cypress/e2e/warehouse/stock-take.cy.ts": 8,
}

_PHRASES: Final[dict[str, tuple[str, ...]]] = {
    "checkout": (
        "places an order",
        "shows the order summary",
        "keeps the entered address",
        "rejects an expired card",
        "recalculates the total",
        "asks for the security code once",
        "returns to the cart",
        "sends a receipt",
    ),
    "cart": (
        "adds an item",
        "removes an item",
        "changes the quantity",
        "applies a discount",
        "keeps items after sign-in",
        "shows the free-shipping bar",
        "refuses more than is in stock",
        "updates the badge",
    ),
    "catalog": (
        "lists products",
        "opens the details",
        "remembers the chosen size",
        "shows the sale price",
        "loads the next page",
        "hides what is sold out",
        "orders by price",
        "shows the average rating",
    ),
    "search": (
        "finds by name",
        "finds by article number",
        "narrows by brand",
        "clears all filters",
        "suggests while typing",
        "corrects a typo",
        "shows an empty state",
        "keeps filters in the address",
    ),
    "account": (
        "saves the profile",
        "shows past orders",
        "changes the password",
        "uploads a picture",
        "deletes an address",
        "downloads the data",
        "switches the newsletter off",
        "asks before closing the account",
    ),
    "auth": (
        "signs in",
        "signs out everywhere",
        "refuses a wrong password",
        "locks after five attempts",
        "redirects to the provider",
        "accepts a one-time code",
        "returns to the page asked for",
        "refreshes the session",
    ),
    "orders": (
        "tracks a parcel",
        "starts a return",
        "prints a label",
        "downloads an invoice",
        "cancels an open order",
        "shows a partial refund",
        "repeats an order",
        "explains a delay",
    ),
    "admin": (
        "lists open cases",
        "grants a refund",
        "edits the stock level",
        "writes to the audit log",
        "filters by warehouse",
        "refuses without the role",
        "exports the table",
        "warns about a low level",
    ),
    "mobile": (
        "opens with a tap",
        "follows a swipe",
        "closes with back",
        "keeps the scroll position",
        "fits a small screen",
        "rotates without loss",
        "shows the sheet",
        "ignores a double tap",
    ),
}
_ANY_AREA: Final = (
    "renders",
    "opens from the menu",
    "saves changes",
    "undoes the last change",
    "shows a validation error",
    "survives a reload",
    "is reachable by keyboard",
    "reports success",
)
_CONDITIONS: Final = (
    "for a guest",
    "for a signed-in customer",
    "on a slow connection",
    "with a long product name",
    "in dark mode",
    "after the session expired",
    "with two currencies",
)


@dataclass(frozen=True, slots=True)
class TestCase:
    """One test as its author wrote it."""

    test_id: str
    title: tuple[str, str]
    """The describe block and the test."""
    line: int
    """Where it stands in its file."""


def scattered(path: str, tests: int) -> list[int]:
    """The indexes of a file's tests in an order of its own: trouble strikes the first of them.

    The order depends on the file alone, so that the same tests fail in each group and run.
    """
    order = list(range(tests))
    random.Random(path).shuffle(order)
    return order


@lru_cache(maxsize=2048)
def cases(path: str, tests: int) -> tuple[TestCase, ...]:
    """The tests of a file. Playwright's ids are long hex pairs, Cypress's are r3, r4, …"""
    cypress = ".cy." in path
    parts = path.removeprefix("cypress/e2e/").split("/")
    phrases = _PHRASES.get(parts[0], _ANY_AREA)
    rng = random.Random(f"tests of {path}")
    stem = parts[-1].split(".")[0].replace("-", " ")
    file_id = f"{rng.getrandbits(80):020x}"
    turn, shift = rng.randrange(len(phrases)), rng.randrange(len(_CONDITIONS))
    found = []
    for index in range(tests):
        phrase = phrases[(index + turn) % len(phrases)]
        lap = index // len(phrases)
        title = phrase if not lap else f"{phrase} {_CONDITIONS[(lap + shift) % len(_CONDITIONS)]}"
        test_id = f"r{index + 3}" if cypress else f"{file_id}-{rng.getrandbits(80):020x}"
        found.append(
            TestCase(test_id, (stem[:1].upper() + stem[1:], title), 14 + index * 17 + rng.randrange(6))
        )
    return tuple(found)


def many_files() -> dict[str, int]:
    """Two hundred files for the huge scenario, with the number of tests in each."""
    areas = (
        "checkout",
        "cart",
        "catalog",
        "search",
        "account",
        "auth",
        "orders",
        "admin",
        "wishlist",
        "loyalty",
    )
    topics = ("filters", "[id]/details", "permissions", "validation", "empty-state")
    views = ("desktop", "tablet", "print", "a11y")
    paths = [f"{area}/{topic}-{view}.spec.ts" for area in areas for topic in topics for view in views]
    return {path: 4 + index * 7 % 9 for index, path in enumerate(paths)}
