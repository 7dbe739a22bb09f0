"""Messages broken by chance: schema and meaning both, well-formed still."""

import copy
from typing import Final

from hypothesis import strategies as st
from lxml import etree

from schema.iso20022.envelope import BusinessMessage

HOSTILE: Final = (
    *("", " ", ":x", "-}", "/", "//x", "{1:", "\n", "+" * 40, "A" * 36, "é" * 300, "::::" * 40, "--" * 80, "日本語"),
    *(
        "NOTPROVIDED",
        "/ACC/x",
        "/ROC/",
        "2/x",
        "3/GB/y",
        "G001",
        "SDVA",
        "SPRI",
        "RTGS",
        "0",
        "-1",
        "1e5",
        "2026-02-30",
    ),
)


@st.composite
def broken(draw: st.DrawFn, whole: BusinessMessage) -> BusinessMessage:
    """The message with a few elements taken out, doubled, moved, or filled with what nobody expects there."""
    document, header = copy.deepcopy(whole.document), copy.deepcopy(whole.header)
    for _ in range(draw(st.integers(1, 4))):
        _break(draw, document if header is None else draw(st.sampled_from([document, document, header])))
    return BusinessMessage(whole.message, document, header)


def _break(draw: st.DrawFn, root: etree._Element) -> None:
    elements = list(root.iterdescendants())
    if not elements:
        return
    element = draw(st.sampled_from(elements))
    parent = element.getparent()
    assert parent is not None
    match draw(st.sampled_from(["take out", "double", "fill", "fill", "grow", "rename", "currency"])):
        case "take out":
            parent.remove(element)
        case "double":
            element.addnext(copy.deepcopy(element))
        case "fill":
            leaf = next((each for each in element.iter() if not len(each)), element)
            leaf.text = draw(st.sampled_from(HOSTILE))
        case "grow":
            element.append(copy.deepcopy(draw(st.sampled_from(elements))))
        case "rename":
            element.tag = draw(st.sampled_from(elements)).tag
        case _:
            element.set("Ccy", draw(st.sampled_from(["", "usd", "XAU", "KWD"])))
