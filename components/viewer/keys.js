// What a key does in the viewer: a function, or undefined. A key that is held down deletes, marks and plays once.
function actOfKey(event, viewer) {
  if (event.target.closest("dialog:not(.studio-viewer)")) return undefined;  // it lies over the viewer
  if (event.key === "Escape") return () => viewer.escape();  // browsers close a dialog whose page prevents that often
  if (viewer.isLineage) return undefined;  // none acts on a result that the tree covers
  const hasModifier = event.ctrlKey || event.metaKey;
  if (hasModifier && event.key === "z" && viewer.removed.length) return () => viewer.undo();
  if (hasModifier || event.altKey || event.target.closest("input:not([type=checkbox]), textarea")) return undefined;
  const once = act => () => { if (!event.repeat) act(); };
  const {stage} = viewer, middle = [innerWidth / 2, innerHeight / 2], remove = once(() => viewer.remove());
  return {
    ArrowLeft: () => viewer.turn(-1), ArrowRight: () => viewer.turn(1),
    "+": () => stage.zoomBy(STEP), "-": () => stage.zoomBy(1 / STEP), 0: () => stage.fit(), 1: () => stage.zoom(1, ...middle),
    Delete: remove, Backspace: remove,
    f: once(() => viewer.toggleFavourite()),
    ...(isSpaceOfStage(event) && {" ": once(() => stage.playOrPause())}),
  }[event.key];
}
