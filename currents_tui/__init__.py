"""A live terminal dashboard for Playwright and Cypress runs recorded on Currents."""

__version__ = "0.1.0"
