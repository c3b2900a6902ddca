"""XMP packets (ISO 16684-1): the metadata of a JPG and a WebP, in XML."""

from xml.etree import ElementTree
from xml.sax.saxutils import escape

_OURS, _DC = "urn:weryai-studio:provenance/", "http://purl.org/dc/elements/1.1/"  # names: nothing is fetched from them
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_END = "</rdf:RDF>"
_PACKET = (
    '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
    f'<rdf:RDF xmlns:rdf="{_RDF}">{{}}{_END}</x:xmpmeta><?xpacket end="w"?>'
)
_DESCRIPTION = (
    f'<rdf:Description rdf:about="" xmlns:dc="{_DC}"><dc:description><rdf:Alt>'
    '<rdf:li xml:lang="x-default">{}</rdf:li></rdf:Alt></dc:description></rdf:Description>'
)
_DECLARATION = "<!"  # of a document type: entities could grow without end


def packet(provenance: str, description: str, existing: bytes = b"") -> bytes:
    """Return a packet with the provenance, and with the description unless the packet that the file has is kept.

    That one gets the provenance beside what it says.
    """
    ours = (
        f'<rdf:Description rdf:about="" xmlns:studio="{_OURS}"><studio:provenance>{escape(provenance)}'
        "</studio:provenance></rdf:Description>"
    )
    before, end, after = existing.decode("utf-8", "replace").rpartition(_END)
    if end and _is_xml(existing):
        return f"{before}{ours}{end}{after}".encode()
    return _PACKET.format(_DESCRIPTION.format(escape(description)) + ours).encode()


def provenance(packet: bytes) -> str:
    """Return the provenance in a packet; empty if there is none. Its prefix may have been changed by other programs."""
    root = _parsed(packet)
    name, found = f"{{{_OURS}}}provenance", ""
    for element in root.iter() if root is not None else ():
        found = (element.text if element.tag == name else element.get(name)) or found
    return found


def _is_xml(packet: bytes) -> bool:
    return _parsed(packet) is not None


def _parsed(packet: bytes) -> ElementTree.Element | None:
    text = packet.decode("utf-8", "replace").strip("\0 \r\n\t\ufeff")
    if _DECLARATION in text:
        return None
    try:
        return ElementTree.fromstring(text)  # noqa: S314 - without a document type there are no entities
    except (ElementTree.ParseError, ValueError):
        return None
