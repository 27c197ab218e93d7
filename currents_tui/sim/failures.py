"""What failed tests say: messages with the escape sequences and code frames that reporters send."""

from __future__ import annotations

from typing import Final, NamedTuple

from currents_tui.sim.document import Document
from currents_tui.sim.plan import Flavour

ROOT: Final = "/builds/webshop"
"""Where the invented CI keeps its checkout; code frames name files by it."""


class _Failure(NamedTuple):
    message: str
    code: tuple[str, str, str]
    """The line before, the line that failed, the line after."""
    at: str
    """Where in the line that failed the mark stands."""

    @property
    def column(self) -> int:
        """Counted from 1; the test's body is indented by two."""
        return self.code[1].index(self.at) + 3


def _dim(text: str) -> str:
    return f"\x1b[2m{text}\x1b[22m"


def _red(text: str) -> str:
    return f"\x1b[31m{text}\x1b[39m"


def _green(text: str) -> str:
    return f"\x1b[32m{text}\x1b[39m"


def _expected(matcher: str) -> str:
    return (
        f"{_dim('expect(')}{_red('locator')}{_dim(').')}{matcher}{_dim('(')}{_green('expected')}{_dim(')')}"
    )


_TIMED_OUT: Final = (
    _Failure(
        "TimeoutError: locator.click: Timeout 30000ms exceeded.\nCall log:\n"
        + _dim("  - waiting for getByRole('button', { name: 'Pay' })")
        + f"\n{_dim('    - locator resolved to <button disabled>Pay</button>')}\n"
        f"{_dim('  - attempting click action')}\n{_dim('    - element is not enabled')}",
        (
            "await page.getByLabel('Address').fill(address);",
            "await page.getByRole('button', { name: 'Pay' }).click();",
            "await page.waitForURL(/thank-you/);",
        ),
        "click(",
    ),
    _Failure(
        _red("Test timeout of 30000ms exceeded."),
        (
            "await page.goto('/account/orders');",
            "await page.waitForResponse('**/api/orders?page=2');",
            "await expect(rows).toHaveCount(20);",
        ),
        "waitForResponse(",
    ),
)
_FAILED: Final = (
    _Failure(
        f"Error: {_expected('toHaveText')} failed\n\nLocator:  getByTestId('order-total')\n"
        f"Expected: {_green('€ 42.00')}\nReceived: {_red('€ 41.00')}\nTimeout:  5000ms",
        (
            "await page.getByLabel('Promo code').press('Enter');",
            "await expect(page.getByTestId('order-total')).toHaveText('€ 42.00');",
            "await expect(page.getByRole('alert')).toBeHidden();",
        ),
        "toHaveText(",
    ),
    _Failure(
        f"Error: {_expected('toBeVisible')} failed\n\n"
        "Locator: getByRole('dialog', { name: 'Größe wählen' })\n"
        f"Expected: {_green('visible')}\nReceived: {_red('<element(s) not found>')}\nTimeout:  5000ms",
        (
            "await page.getByTestId('size-guide').click();",
            "await expect(page.getByRole('dialog', { name: 'Größe wählen' })).toBeVisible();",
            "await page.keyboard.press('Escape');",
        ),
        "toBeVisible(",
    ),
    _Failure(
        f"Error: {_dim('expect(')}{_red('received')}{_dim(').')}toBe{_dim('(')}"
        f"{_green('expected')}{_dim(')')} {_dim('// Object.is equality')}\n\n"
        f"Expected: {_green('3')}\nReceived: {_red('2')}",
        (
            "const lines = await cart.lines();",
            "expect(lines.length).toBe(3);",
            "await cart.close();",
        ),
        "toBe(",
    ),
)
_CYPRESS: Final = (
    _Failure(
        "Timed out retrying after 4000ms: "
        "Expected to find element: `[data-cy=save-banner]`, but never found it.",
        (
            "cy.get('[data-cy=sku]').type('TS-0042-XL')",
            "cy.get('[data-cy=save-banner]').should('be.visible')",
            "cy.get('[data-cy=sku]').should('have.value', 'TS-0042-XL')",
        ),
        "should(",
    ),
    _Failure(
        "Timed out retrying after 4000ms: "
        "expected '<td.total>' to have text '1,204.50', but the text was '1,204.49'",
        (
            "cy.contains('Net revenue').parent().as('row')",
            "cy.get('@row').find('td.total').should('have.text', '1,204.50')",
            "cy.get('@row').find('td.tax').should('not.be.empty')",
        ),
        "should(",
    ),
)


def failure(flavour: Flavour, error: int, timed_out: bool, path: str, line: int, title: str) -> Document:
    """`error` of a failed attempt; which one it is follows from the number `error`."""
    stock = _CYPRESS if flavour == "cypress" else _TIMED_OUT if timed_out else _FAILED
    found = stock[error % len(stock)]
    frame: Document = {
        "frame": _frame(found, line, title),
        "line": line,
        "column": found.column,
        "file": f"{ROOT}/{path}",
    }
    at = f"{path}:{line}:{found.column}"
    if flavour == "cypress":
        return {
            "name": "AssertionError",
            "message": found.message,
            "stack": f"AssertionError: {found.message}\n    at Context.eval (webpack:///./{at})",
            "codeFrame": frame,
        }
    stack = f"{found.message}\n    at {ROOT}/{at}"
    return {"name": None, "message": found.message, "stack": stack, "value": None, "codeFrame": frame}


def _frame(found: _Failure, line: int, title: str) -> str:
    """The lines around the failure with a mark under the column, coloured as reporters do."""
    before, at, after = found.code
    gutter = len(str(line + 1))
    opening = f"test({_green(repr(title))}, \x1b[36masync\x1b[39m () => {{"
    rows = [
        f"\x1b[0m \x1b[90m {line - 2:>{gutter}} |\x1b[39m {opening}",
        f" \x1b[90m {line - 1:>{gutter}} |\x1b[39m   {before}",
        f"\x1b[31m\x1b[1m>\x1b[22m\x1b[39m\x1b[90m {line:>{gutter}} |\x1b[39m   {at}",
        f" \x1b[90m {'':>{gutter}} |\x1b[39m{' ' * found.column}\x1b[31m\x1b[1m^\x1b[22m\x1b[39m",
        f" \x1b[90m {line + 1:>{gutter}} |\x1b[39m   {after}\x1b[0m",
    ]
    return "\n".join(rows)
