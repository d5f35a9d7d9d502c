"""How well the letters of a page stand out from what is behind them."""

TOO_PALE = """() => {
  const parts = colour => {
    const [red, green, blue, alpha = 1] = colour.match(/[0-9.]+/g).map(Number);
    return [red, green, blue, alpha];
  };
  const over = (top, below) => [0, 1, 2].map(at => top[at] * top[3] + below[at] * (1 - top[3]));
  const light = colour => {
    const linear = part => (part /= 255) <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    return 0.2126 * linear(colour[0]) + 0.7152 * linear(colour[1]) + 0.0722 * linear(colour[2]) + 0.05;
  };
  const above = element => element ? [element, ...above(element.parentElement)] : [];
  const pale = [];
  for (const element of document.querySelectorAll("body *")) {
    const box = element.getBoundingClientRect(), style = getComputedStyle(element);
    const speaks = [...element.childNodes].some(node => node.nodeType === 3 && node.textContent.trim());
    if (!speaks || !box.width || !box.height || style.visibility !== "visible") continue;
    const around = above(element);
    const opacity = around.reduce((all, one) => all * getComputedStyle(one).opacity, 1);
    if (!opacity) continue;
    const page = around.reverse().reduce(
      (below, one) => over(parts(getComputedStyle(one).backgroundColor), below), [255, 255, 255]
    );
    const ink = parts(style.color);
    ink[3] *= opacity;
    const [less, more] = [light(over(ink, page)), light(page)].sort((one, other) => one - other);
    const size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && style.fontWeight >= 700);
    if (more / less < (large ? 3 : 4.5))
      pale.push(`${(more / less).toFixed(2)}: ${element.textContent.trim().slice(0, 40)}`);
  }
  return pale;
}"""
"""What can be read with trouble: text on less contrast than WCAG 1.4.3 asks for, with its ratio."""
