"""Readers of the files for learning platforms, written from what the platforms publish and not from our writers.

GIFT: docs.moodle.org, "GIFT format", and how Moodle's question/format/gift/format.php takes a question apart. QTI 1.2:
the elements that Canvas reads, in a package with a manifest (IMS Content Packaging).
"""

import io
import re
import zipfile
from dataclasses import dataclass
from html import unescape
from xml.etree import ElementTree

ESCAPED = {r"\:": "\x01", r"\#": "\x02", r"\=": "\x03", r"\{": "\x04", r"\}": "\x05", r"\~": "\x06", r"\n": "\x07"}
MEANT = dict(zip(ESCAPED.values(), ":#={}~\n", strict=True))
QTI = {"q": "http://www.imsglobal.org/xsd/ims_qtiasiv1p2"}
MANIFEST = {"m": "http://www.imsglobal.org/xsd/imsccv1p1/imscp_v1p1"}


@dataclass(frozen=True)
class Read:
    """One question as a platform takes it: `accepted` is an option or the range of a number."""

    topic: str
    title: str
    text: str
    options: tuple[str, ...]
    accepted: str | tuple[float, float]
    feedback: str


def plain(html):
    """What a student reads, formulas left out."""
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", html)).split())


def gift(text):
    """All questions of a file."""
    found, topic = [], None
    for block in re.split(r"\n\s*\n", text.strip()):
        lines = [line for line in block.splitlines() if not line.lstrip().startswith("//")]
        if lines[0].startswith("$CATEGORY:"):
            assert len(lines) == 1
            (topic,) = re.split(r"(?<!/)/(?!/)", lines[0].removeprefix("$CATEGORY:").strip())[1:]
            topic = topic.replace("//", "/")
        elif lines:
            found.append(gift_question(topic, "\n".join(lines)))
    return found


def gift_question(topic, block):
    block = block.replace("\\\\", "\x08")
    for mark, kept in ESCAPED.items():
        block = block.replace(mark, kept)

    def meant(part):
        for kept, sign in MEANT.items():
            part = part.replace(kept, sign)
        return plain(part.replace("\x08", "\\"))

    assert "\\" not in block, "an escape that the format does not know"
    title, text, answers = re.fullmatch(r"::([^:]*)::\[html\]([^{}]*)\{([^{}]*)\}\s*", block).groups()
    assert not set("~=#") & set(text)
    answers, _, feedback = answers.strip().partition("####")
    assert not set("~=#") & set(feedback)
    if answers.startswith("#"):
        value, near = map(float, re.fullmatch(r"#(-?[\d.]+):([\d.]+)\s*", answers).groups())
        return Read(topic, meant(title), meant(text), (), (value - near, value + near), meant(feedback))
    marked = re.findall(r"([=~])([^=~]*)", answers)
    right = [meant(option) for mark, option in marked if mark == "="]
    assert len(right) == 1
    options = tuple(meant(option) for _, option in marked)
    return Read(topic, meant(title), meant(text), options, right[0], meant(feedback))


def qti(data):
    """(what the manifest names, all questions of a package)."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        assert package.testzip() is None
        manifest = ElementTree.fromstring(package.read("imsmanifest.xml"))
        files = {node.get("href") for node in manifest.iter() if node.tag.endswith("}file")}
        assert files <= set(package.namelist())
        (name,) = (
            node.find("./{*}file").get("href")
            for node in manifest.iter()
            if node.tag.endswith("}resource") and node.get("type", "").startswith("imsqti")
        )
        root = ElementTree.fromstring(package.read(name))
    found = []
    for group in root.iterfind(".//q:section/q:section", QTI):
        assert group.findtext(".//q:selection_number", namespaces=QTI) == "1"
        found += [qti_question(item) for item in group.iterfind("q:item", QTI)]
    return files, found


def qti_question(item):
    kind = {
        field.findtext("q:fieldlabel", namespaces=QTI): field.findtext("q:fieldentry", namespaces=QTI)
        for field in item.iterfind(".//q:qtimetadatafield", QTI)
    }["question_type"]
    text = item.findtext("q:presentation/q:material/q:mattext", namespaces=QTI)
    feedback = item.findtext("q:itemfeedback[@ident='general_fb']//q:mattext", namespaces=QTI)
    (right,) = (
        condition
        for condition in item.iterfind(".//q:respcondition", QTI)
        if condition.find("q:setvar", QTI) is not None
    )
    assert right.findtext("q:setvar", namespaces=QTI) == "100"
    options = {}
    if kind == "multiple_choice_question":
        for label in item.iterfind(".//q:response_label", QTI):
            options[label.get("ident")] = plain(label.findtext(".//q:mattext", namespaces=QTI))
        accepted = options[right.findtext(".//q:varequal", namespaces=QTI)]
    else:
        assert kind == "numerical_question"
        accepted = tuple(float(right.findtext(f".//q:{end}", namespaces=QTI)) for end in ("vargte", "varlte"))
    return Read(item.get("title"), item.get("title"), plain(text), tuple(options.values()), accepted, plain(feedback))
