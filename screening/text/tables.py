"""Tables of words, written as one reads them."""


def words(text: str) -> frozenset[str]:
    """The words of a text, parted by blanks and line ends."""
    return frozenset(text.split())
