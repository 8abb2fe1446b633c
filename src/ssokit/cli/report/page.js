"use strict";
// All text comes to the page as text nodes, whatever it holds.
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const at = (id) => document.getElementById(id);
  const MOST_PRINTED = 5000;

  // A thing is what rows refer to: an account, a permission set, a principal, a user.
  const thing = (name, id, more = {}) => ({ name: name ?? id, id, named: name !== null, ...more });
  const accounts = data.accounts.map(([id, name]) => thing(name, id));
  const sets = data.sets.map(([arn, name]) => thing(name, arn, { hidden: name !== null }));
  const principals = data.principals.map(([type, id, name, gone]) =>
    thing(name, id, { type, gone, hidden: name !== null, mark: gone ? "deleted" : "" }));
  const users = data.users && data.users.map(([id, name]) =>
    thing(name, id, { hidden: name !== null }));
  const types = { USER: thing("user", "USER"), GROUP: thing("group", "GROUP") };

  const dimensions = [
    { key: "account", title: "Account", things: accounts },
    { key: "set", title: "Permission set", things: sets },
    ...(users ? [{ key: "user", title: "User", things: users }] : []),
    { key: "principal", title: users ? "Assigned to" : "Principal", things: principals },
  ];
  const columns = [...dimensions, { key: "type", title: "Type", things: Object.values(types) }];
  for (const { things } of columns) {
    const order = [...things].sort((a, b) =>
      a.name.localeCompare(b.name, undefined, { numeric: true, sensitivity: "base" })
      || (a.id < b.id ? -1 : 1));
    order.forEach((one, rank) => { one.rank = rank; });
    for (const one of things) {
      one.text = [one.name, one.id, one.mark].join(" ").toLowerCase();
    }
  }

  const width = dimensions.length;
  const rows = [];
  for (let i = 0; i < data.rows.length; i += width) {
    const row = {};
    dimensions.forEach(({ key, things }, n) => { row[key] = things[data.rows[i + n]]; });
    row.type = types[row.principal.type];
    rows.push(row);
  }

  const state = { sort: null, down: false, page: 0, folded: new Set() };
  let shown = [];
  let items = [];

  const element = (name, properties = {}, ...children) => {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...children);
    return made;
  };

  const words = (text) => text.toLowerCase().split(/\s+/).filter(Boolean);

  function filter() {
    const search = words(at("search").value);
    const type = at("type").value;
    const inColumns = columns
      .map(({ key }) => [key, words(at(`filter-${key}`).value)])
      .filter(([, wanted]) => wanted.length);
    shown = rows.filter((row) =>
      (!type || row.type.id === type)
      && inColumns.every(([key, wanted]) => wanted.every((word) => row[key].text.includes(word)))
      && search.every((word) => columns.some(({ key }) => row[key].text.includes(word))));
  }

  function arrange() {
    const { sort, down } = state;
    const group = at("group").value;
    const by = [...new Set([group, sort, ...dimensions.map(({ key }) => key)])].filter(Boolean);
    shown.sort((a, b) => {
      for (const key of by) {
        const difference = a[key].rank - b[key].rank;
        if (difference) return key === sort && down ? -difference : difference;
      }
      return 0;
    });
    items = group ? grouped(group) : shown;
  }

  function grouped(key) {
    const counts = new Map();
    for (const row of shown) counts.set(row[key], (counts.get(row[key]) || 0) + 1);
    const arranged = [];
    let last = null;
    for (const row of shown) {
      if (row[key] !== last) arranged.push({ group: row[key], count: counts.get(row[key]) });
      last = row[key];
      if (!state.folded.has(last)) arranged.push(row);
    }
    return arranged;
  }

  function cell(one) {
    const made = element("td", {}, element("span", {
      textContent: one.name, className: one.gone ? "gone" : "", title: one.id,
    }));
    const more = one.mark || (one.named && !one.hidden && !Object.values(types).includes(one) ? one.id : "");
    if (more) made.append(element("span", { className: "id", textContent: more }));
    return made;
  }

  function groupRow({ group, count }) {
    const button = element("button", {
      type: "button", textContent: `${group.name} `,
      onclick: () => { toggle(group); },
    });
    button.setAttribute("aria-expanded", String(!state.folded.has(group)));
    const id = group.named && !group.hidden ? `${group.id} · ` : "";
    button.append(element("span", { className: "id", textContent: `${id}${count}` }));
    const head = element("th", { colSpan: columns.length, scope: "colgroup" }, button);
    return element("tr", { className: "group" }, head);
  }

  function toggle(group) {
    if (!state.folded.delete(group)) state.folded.add(group);
    const focused = [...at("body").rows].findIndex((row) => row.contains(document.activeElement));
    arrange();
    draw();
    at("body").rows[focused]?.querySelector("button")?.focus();
  }

  const number = (n) => n.toLocaleString("en");

  function draw(everything = false) {
    const size = everything ? MOST_PRINTED : Number(at("size").value);
    const pages = Math.max(1, Math.ceil(items.length / size));
    state.page = everything ? 0 : Math.min(state.page, pages - 1);
    const first = state.page * size;
    at("body").replaceChildren(...items.slice(first, first + size).map((item) =>
      item.group ? groupRow(item)
        : element("tr", {}, ...columns.map(({ key }) => cell(item[key])))));
    const all = shown.length === rows.length ? "" : ` of ${number(rows.length)}`;
    const cut = everything && pages > 1 ? `; the first ${number(size)} lines are printed` : "";
    at("count").textContent = `${number(shown.length)}${all} rows${cut}`;
    at("page").textContent = `Page ${number(state.page + 1)} of ${number(pages)}`;
    at("previous").disabled = state.page === 0;
    at("next").disabled = state.page === pages - 1;
    at("fold").hidden = !at("group").value;
    at("fold").textContent = state.folded.size ? "Unfold all" : "Fold all";
  }

  function update() {
    state.page = 0;
    filter();
    arrange();
    draw();
  }

  function turnPage(by) {
    state.page += by;
    draw();
    document.querySelector(".scroll").scrollTop = 0;
  }

  function sortBy(key) {
    state.down = state.sort === key && !state.down;
    state.sort = key;
    for (const head of at("titles").cells) {
      const own = head.dataset.key === key;
      head.setAttribute("aria-sort", own ? (state.down ? "descending" : "ascending") : "none");
    }
    update();
  }

  function head() {
    for (const { key, title } of columns) {
      const button = element("button", { type: "button", textContent: title, onclick: () => sortBy(key) });
      const titleCell = element("th", { scope: "col" }, button);
      titleCell.dataset.key = key;
      titleCell.setAttribute("aria-sort", "none");
      at("titles").append(titleCell);
      const input = element("input", { id: `filter-${key}`, type: "search", placeholder: "filter" });
      input.setAttribute("form", "filters");
      input.setAttribute("aria-label", `Filter by ${title.toLowerCase()}`);
      input.addEventListener("input", soon);
      at("columnfilters").append(element("td", {}, input));
    }
    at("group").append(new Option("nothing", ""), ...dimensions.map(({ key, title }) =>
      new Option(title.toLowerCase(), key)));
  }

  function tellWhatWasAsked() {
    for (const [title, text] of data.asked) {
      const pair = [element("dt", { textContent: title }), element("dd", { textContent: text })];
      at("asked").append(element("div", {}, ...pair));
    }
    const box = at("coverage");
    box.className = data.complete ? "whole" : "gaps";
    box.append(element("p", { textContent: data.coverage }));
    if (data.gaps.length) {
      box.append(element("ul", {}, ...data.gaps.map(([subject, why]) =>
        element("li", { textContent: `${subject}: ${why}` }))));
    }
  }

  let waiting;
  function soon() {
    clearTimeout(waiting);
    waiting = setTimeout(update, 120);
  }

  head();
  tellWhatWasAsked();
  at("search").addEventListener("input", soon);
  at("filters").addEventListener("submit", (event) => { event.preventDefault(); update(); });
  at("filters").addEventListener("reset", () => { state.folded.clear(); setTimeout(update); });
  for (const id of ["type", "size"]) at(id).addEventListener("change", update);
  at("group").addEventListener("change", () => { state.folded.clear(); update(); });
  at("fold").addEventListener("click", () => {
    if (state.folded.size) state.folded.clear();
    else shown.forEach((row) => state.folded.add(row[at("group").value]));
    update();
  });
  at("previous").addEventListener("click", () => turnPage(-1));
  at("next").addEventListener("click", () => turnPage(1));
  addEventListener("beforeprint", () => draw(true));
  addEventListener("afterprint", () => draw());
  update();
})();
