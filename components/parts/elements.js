// Makes an element of texts: attributes without a value are left out, and children that are texts stay texts.
function made(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) if (value !== "" && value !== undefined) element.setAttribute(name, value);
  element.append(...children);
  return element;
}
