"""The fixtures that several test files use, and that stand in modules of their own."""

pytest_plugins = [
    "tests.browser.obeying",
    "tests.browser.sign_in",
    "tests.flows.calling",
    "tests.flows.starting",
    "tests.pages.signed_in",
]
