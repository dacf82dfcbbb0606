/**
 * The script inside a flame graph: draws what is zoomed to at the width there is, tooltips, search. It runs in the
 * viewer's browser, so it is text here. The picture is complete without it, for viewers that run no scripts.
 *
 * The data are in the `metadata` element: `names` as [label, class, place], `boxes` as rows of
 * [name, depth, left, width, total, self], in the order of `FlameLayout.boxes`.
 */
export const flameScript: string = String.raw`
(() => {
  "use strict";
  const svg = document.currentScript.closest("svg");
  const find = (selector) => svg.querySelector(selector);
  const data = JSON.parse(find("metadata").textContent);
  const { geometry, names, unit } = data;
  const boxes = data.boxes.map(([name, depth, left, width, total, self]) =>
    ({ name, depth, left, width, total, self, hit: false }));
  const standalone = svg === document.documentElement;
  const layer = find(".frames");
  const head = find(".head");
  const pages = svg.querySelectorAll(".page");
  const tip = find(".tip div");
  const [input, matched, reset] = ["input", ".matched", "button"].map(find);
  const NS = "http://www.w3.org/2000/svg";
  let zoomed = boxes[0];
  let width = geometry.width;

  const number = (value) => Number(value).toLocaleString("en-US", { maximumFractionDigits: 2 });
  const scaled = (value, steps, names) => {
    let step = 0;
    while (step < names.length - 1 && value >= steps) { value /= steps; step++; }
    return number(value) + " " + names[step];
  };
  const amount = (value) =>
    unit === "nanoseconds" ? scaled(Number(value), 1000, ["ns", "µs", "ms", "s"])
    : unit === "bytes" ? scaled(Number(value), 1024, ["B", "KiB", "MiB", "GiB", "TiB"])
    : unit === "count" ? number(value) + (Number(value) === 1 ? " sample" : " samples")
    : number(value);
  const share = (value, of) => (of > 0 ? (100 * Number(value) / Number(of)).toFixed(2) : "0.00") + "%";

  function draw() {
    const { margin, header, row, character } = geometry;
    const inner = width - 2 * margin;
    const [from, span] = [zoomed.left, zoomed.width];
    const end = from + span + 1e-9;
    layer.replaceChildren();
    for (const box of boxes) {
      const above = box.depth < zoomed.depth;
      if (above ? box.left > from + 1e-9 || box.left + box.width < end - 2e-9
                : box.left < from - 1e-9 || box.left + box.width > end) continue;
      if (box.depth === zoomed.depth && box !== zoomed) continue;
      const left = above ? 0 : (box.left - from) / span * inner;
      const size = above ? inner : box.width / span * inner;
      if (size < 0.4) continue;
      const group = document.createElementNS(NS, "g");
      const rect = document.createElementNS(NS, "rect");
      const y = header + (data.depth - box.depth) * row;
      group.setAttribute("class", "frame " + names[box.name][1] + (above ? " above" : "") + (box.hit ? " hit" : ""));
      rect.setAttribute("x", (margin + left).toFixed(2));
      rect.setAttribute("y", y);
      rect.setAttribute("width", size.toFixed(2));
      rect.setAttribute("height", row);
      group.append(rect);
      const room = Math.floor((size - 8) / character);
      if (room >= 3) {
        const text = document.createElementNS(NS, "text");
        const label = names[box.name][0];
        text.setAttribute("x", (margin + left + 5).toFixed(2));
        text.setAttribute("y", y + row - 6);
        text.textContent = label.length <= room ? label : label.slice(0, room - 1) + "…";
        group.append(text);
      }
      group.box = box;
      layer.append(group);
    }
    reset.hidden = zoomed === boxes[0];
  }

  function resize() {
    width = Math.max(480, standalone ? window.innerWidth : svg.parentElement.clientWidth);
    svg.removeAttribute("viewBox");
    svg.setAttribute("width", width);
    for (const page of pages) page.setAttribute("width", width);
    find(".controls").setAttribute("x", width - geometry.margin - 480);
    find(".tip").setAttribute("width", width);
    draw();
  }

  function zoom(box) {
    zoomed = box;
    hideTip();
    draw();
  }

  function showTip(box, event) {
    const [label, , place] = names[box.name];
    const bold = Object.assign(document.createElementNS("http://www.w3.org/1999/xhtml", "b"), { textContent: label });
    const lines = [
      amount(box.total) + " · " + share(box.total, data.total) +
        (zoomed === boxes[0] ? "" : " · " + share(box.total, zoomed.total) + " of what is shown"),
      "itself " + amount(box.self) + " · " + share(box.self, data.total),
      place,
    ].filter(Boolean).map((line) =>
      Object.assign(document.createElementNS("http://www.w3.org/1999/xhtml", "i"), { textContent: line }));
    tip.replaceChildren(bold, ...lines);
    tip.style.display = "block";
    const at = svg.getBoundingClientRect();
    const x = event.clientX - at.left + 14;
    const y = event.clientY - at.top + 16;
    tip.style.left = Math.max(4, Math.min(x, width - tip.offsetWidth - 8)) + "px";
    const bottom = Math.min(at.height, window.innerHeight - at.top);
    tip.style.top = (y + tip.offsetHeight > bottom ? y - tip.offsetHeight - 26 : y) + "px";
  }

  function hideTip() {
    tip.style.display = "none";
  }

  function search(query) {
    let test = () => false;
    if (query !== "") {
      try {
        const expression = new RegExp(query, "i");
        test = (label) => expression.test(label);
      } catch {
        test = (label) => label.toLowerCase().includes(query.toLowerCase());
      }
    }
    const hits = names.map(([label]) => test(label));
    // What is under a frame that matched is counted with it.
    let covered = -1;
    let sum = 0;
    for (const box of boxes) {
      box.hit = box.depth > 0 && hits[box.name];
      if (box.left < covered - 1e-12 || !box.hit) continue;
      covered = box.left + box.width;
      sum += box.width;
    }
    svg.classList.toggle("searching", query !== "");
    matched.textContent = query === "" ? "" : (100 * sum).toFixed(1) + "% matched";
    draw();
  }

  const boxOf = (event) => event.target.closest(".frame")?.box;
  layer.addEventListener("click", (event) => { const box = boxOf(event); if (box) zoom(box); });
  layer.addEventListener("mousemove", (event) => { const box = boxOf(event); if (box) showTip(box, event); });
  layer.addEventListener("mouseleave", hideTip);
  for (const page of pages) page.addEventListener("click", () => zoom(boxes[0]));
  reset.addEventListener("click", () => zoom(boxes[0]));
  input.addEventListener("input", () => search(input.value.trim()));
  find("form").addEventListener("submit", (event) => event.preventDefault());
  window.addEventListener("keydown", (event) => {
    if ((event.key === "f" && (event.ctrlKey || event.metaKey)) || (event.key === "/" && event.target !== input)) {
      event.preventDefault();
      input.focus();
      input.select();
    } else if (event.key === "Escape") {
      if (input.value !== "") { input.value = ""; search(""); }
      else zoom(boxes[0]);
    }
  });
  window.addEventListener("resize", resize);
  svg.classList.add("live");
  resize();
  if (standalone) {
    // A graph taller than the window starts at its root, and keeps its head in sight.
    window.addEventListener("scroll", () => head.setAttribute("transform", "translate(0 " + window.scrollY + ")"));
    window.scrollTo(0, svg.getBoundingClientRect().height);
  }
})();
`;
