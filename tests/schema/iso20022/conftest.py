from pathlib import Path

import pytest

FIXTURES = Path(__file__).parent / "fixtures"


@pytest.fixture(scope="session")
def urgent() -> bytes:
    return (FIXTURES / "urgent.xml").read_bytes()


@pytest.fixture(scope="session")
def prefixed() -> bytes:
    return (FIXTURES / "prefixed.xml").read_bytes()


@pytest.fixture(scope="session")
def clean() -> str:
    return (FIXTURES / "clean.xml").read_text()
