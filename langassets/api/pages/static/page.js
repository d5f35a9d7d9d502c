// Keys for a segment that has the focus, and for nothing else: without this script every button is still there.
const segments = [...document.querySelectorAll(".segment")];
const isOpen = segment => segment.classList.contains("open");

function go(from, step, wanted) {
  for (let at = segments.indexOf(from) + step; at in segments; at += step) {
    if (wanted(segments[at])) {
      segments[at].focus();
      segments[at].scrollIntoView({ block: "nearest" });
      return;
    }
  }
}

function correct(segment) {
  segment.querySelector("details").open = true;
  segment.querySelector("textarea").focus();
}

const KEYS = {
  n: segment => go(segment, 1, isOpen),
  p: segment => go(segment, -1, isOpen),
  j: segment => go(segment, 1, () => true),
  k: segment => go(segment, -1, () => true),
  e: correct,
  a: segment => segment.querySelector(".accept")?.click(),
};

document.addEventListener("keydown", event => {
  const segment = event.target.closest?.(".segment");
  const writes = event.target.closest?.("textarea, input");
  if (!segment || writes || event.ctrlKey || event.altKey || event.metaKey || !(event.key in KEYS)) return;
  event.preventDefault();
  KEYS[event.key](segment);
});

const shown = document.querySelector(".segment [autofocus]") ?? document.getElementById(location.hash.slice(1));
shown?.focus();
