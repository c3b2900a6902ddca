// Returns what Streamlit calls with a component's element and its data: it draws the element by an object of its own,
// made at the first call. Streamlit also cleans up after a call that newer data has overtaken, while the element stays
// on the page: only an element that has left it is at its end.
function mounted(make) {
  const all = new WeakMap();
  return ({parentElement, data, setStateValue, setTriggerValue}) => {
    if (!all.has(parentElement)) all.set(parentElement, make(parentElement));
    const one = all.get(parentElement);
    one.draw(data, setStateValue, setTriggerValue);
    return () => {
      if (parentElement.isConnected || !all.delete(parentElement)) return;
      one.end();
    };
  };
}
