// The address of the viewer: ?result=… on the address of the page, and lineage=yes if that is open.
const RESULT = "result", LINEAGE = "lineage";

const viewIn = url => new URL(url).searchParams.get(RESULT) ?? "";

const hasLineage = url => new URL(url).searchParams.has(LINEAGE);

// The address of the page itself.
function withoutView(url) {
  const parts = new URL(url);
  for (const name of [RESULT, LINEAGE]) parts.searchParams.delete(name);
  return parts.href;
}

function withView(view, isLineage = false) {
  const parts = new URL(withoutView(location.href));
  parts.searchParams.set(RESULT, view);
  if (isLineage) parts.searchParams.set(LINEAGE, "yes");
  return parts.href;
}
