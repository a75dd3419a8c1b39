"""Assertions that say in words what did not hold."""


def check(name: str, held: object, detail: object = "") -> None:
    assert held, f"{name}: {str(detail)[:600]}"


def equal(name: str, got: object, wanted: object, detail: object = "") -> None:
    check(name, got == wanted, f"wanted {wanted!r}, got {got!r} {detail}")
