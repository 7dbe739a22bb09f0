"""Coded texts of MT as free text of ISO 20022."""

from schema.mt.fields.texts import CodedText


def whole(text: CodedText) -> str:
    """Code word and text, as instructions in free text carry them."""
    return f"/{text.code}/{text.text}".strip() if text.code else text.text.strip()


def chunks(text: str, most: int) -> list[str]:
    """The text in pieces of at most `most` characters."""
    pieces = (text[start : start + most].strip() for start in range(0, len(text), most))
    return [piece for piece in pieces if piece]
