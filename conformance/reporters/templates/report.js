"use strict";
(() => {
  const $ = (id) => document.getElementById(id);

  // Everything below shows what a target said. It only ever becomes text.
  const make = (tag, attributes, ...children) => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) {
      element.setAttribute(name, value);
    }
    element.append(...children.filter((child) => child !== null && child !== undefined));
    return element;
  };
  const spelled = (text) =>
    text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g,
      (character) => {
        const code = character.charCodeAt(0);
        return code < 256 ? "\\x" + code.toString(16).padStart(2, "0") : "\\u" + code.toString(16).padStart(4, "0");
      });

  // The state of the page is its fragment: #anchor?q=filter
  const state = () => {
    const [anchor, query] = location.hash.slice(1).split("?");
    return { anchor: decodeURIComponent(anchor || ""), q: new URLSearchParams(query || "").get("q") || "" };
  };
  const fragment = (anchor, q) => "#" + anchor + (q ? "?" + new URLSearchParams({ q }) : "");
  const go = (anchor, q) => history.replaceState(null, "", fragment(anchor, q) || location.pathname);

  // Packed exchanges.
  const unpacked = new Map();
  const unpack = (element) => {
    if (!unpacked.has(element)) {
      const bytes = Uint8Array.from(atob(element.textContent.trim()), (letter) => letter.charCodeAt(0));
      const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
      unpacked.set(element, new Response(stream).json());
    }
    return unpacked.get(element);
  };
  let index = null;
  const indexed = async () => {
    if (!index && $("index")) {
      const { columns } = await unpack($("index"));
      const [numbers] = columns;
      index = { columns, at: new Map(numbers.map((number, place) => [number, place])), count: numbers.length };
    }
    return index;
  };
  const exchange = async (number) => {
    const known = await indexed();
    const place = known ? known.at.get(number) : undefined;
    if (place === undefined) return null;
    const chunk = await unpack(document.getElementsByClassName("chunk")[known.columns[1][place]]);
    const found = chunk.exchanges[known.columns[2][place]];
    const pairs = (places) => {
      const texts = places.map((place) => chunk.texts[place]);
      return texts.filter((_, i) => i % 2 === 0).map((name, i) => [name, texts[2 * i + 1]]);
    };
    const body = ([place, size, encoded]) => ({ text: chunk.texts[place], size, encoded: encoded === 1 });
    return { ...found, asked: pairs(found.asked), told: pairs(found.told), form: body(found.form), answer: body(found.answer) };
  };

  // The panel.
  const panel = $("panel");
  let chain = [];
  let opener = null;
  const show = (title, ...content) => {
    $("panel-title").textContent = title;
    $("panel-body").replaceChildren(...content.filter(Boolean));
    if (!panel.open) {
      opener = document.activeElement;
      panel.showModal();
    }
    panel.scrollTop = 0;
    $("panel-title").focus();
  };
  const hide = () => panel.open && panel.close();
  panel.addEventListener("close", () => {
    const { anchor, q } = state();
    if (/^exchange-/.test(anchor) || details.has(anchor)) go("", q);
    if (opener && opener.isConnected) opener.focus();
    opener = null;
  });
  panel.addEventListener("click", (event) => { if (event.target === panel) hide(); });
  $("panel-close").addEventListener("click", hide);

  const bytesOf = (body) => {
    if (body.encoded) return Uint8Array.from(atob(body.text), (letter) => letter.charCodeAt(0));
    return new TextEncoder().encode(body.text);
  };
  const dump = (bytes) => {
    const lines = [];
    for (let at = 0; at < Math.min(bytes.length, 4096); at += 16) {
      const some = [...bytes.slice(at, at + 16)];
      const hex = some.map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
      const text = some.map((byte) => (byte > 31 && byte < 127 ? String.fromCharCode(byte) : ".")).join("");
      lines.push(at.toString(16).padStart(6, "0") + "  " + hex.padEnd(48) + " " + text);
    }
    if (bytes.length > 4096) lines.push("… " + (bytes.length - 4096) + " more bytes");
    return lines.join("\n");
  };
  const pretty = (text, type) => {
    if (/json/i.test(type)) {
      try { return JSON.stringify(JSON.parse(text), null, 2); } catch (_) { return text; }
    }
    return text;
  };
  const message = (title, start, headers, body) => {
    if (!start) return null;
    const type = (headers.find(([name]) => name.toLowerCase() === "content-type") || ["", ""])[1];
    const section = make("section", {}, make("h3", {}, title), make("p", { class: "wire" }, spelled(start)));
    const list = make("dl", { class: "pairs wire" });
    for (const [name, value] of headers) list.append(make("dt", {}, spelled(name)), make("dd", {}, spelled(value)));
    section.append(list);
    if (body.size) {
      const limit = JSON.parse($("limits").textContent).body;
      const plain = body.encoded ? dump(bytesOf(body)) : spelled(pretty(body.text, type));
      const shown = make("pre", { tabindex: "0", "aria-label": title + " body" }, plain);
      section.append(shown);
      const tools = make("p", { class: "pager" });
      if (!body.encoded) {
        const raw = make("button", { type: "button", "aria-pressed": "false" }, "Raw bytes");
        raw.addEventListener("click", () => {
          const on = raw.getAttribute("aria-pressed") === "false";
          raw.setAttribute("aria-pressed", String(on));
          shown.textContent = on ? dump(bytesOf(body)) : plain;
        });
        tools.append(raw);
      }
      tools.append(make("span", { class: "quiet" }, body.size.toLocaleString("en") + " bytes" +
        (body.size > limit ? ", of which the first " + limit.toLocaleString("en") + " are here" : "")));
      section.append(tools);
    }
    return section;
  };
  const showExchange = async (number) => {
    const one = await exchange(number);
    if (!one) {
      show("Exchange " + number, make("p", {}, "This page does not hold it; record.ndjson does."));
      return;
    }
    const known = await indexed();
    if (!chain.includes(number)) chain = known.columns[0];
    const place = chain.indexOf(number);
    $("panel-before").disabled = place <= 0;
    $("panel-after").disabled = place < 0 || place >= chain.length - 1;
    const facts = [one.operation, one.scene && "scene " + one.scene, ...one.notes,
      (one.began / 1000).toFixed(3) + " s after the start", one.elapsed.toFixed(1) + " ms"].filter(Boolean);
    show("Exchange " + number + ": " + spelled(one.observed),
      make("p", { class: "quiet" }, facts.map(spelled).join(" · ")),
      message("Sent", one.method + " " + one.url, one.asked, one.form),
      one.told.length || /^\d+$/.test(one.observed)
        ? message("Received", "Status " + one.observed, one.told, one.answer)
        : make("p", {}, "There was no whole answer: " + spelled(one.observed)));
  };
  const step = (by) => {
    const number = Number((/^exchange-(\d+)$/.exec(state().anchor) || [])[1]);
    const next = chain[chain.indexOf(number) + by];
    if (panel.open && number && next !== undefined) {
      go("exchange-" + next, state().q);
      showExchange(next);
    }
  };
  $("panel-before").addEventListener("click", () => step(-1));
  $("panel-after").addEventListener("click", () => step(1));

  // Requirements.
  const details = new Map($("details") ? JSON.parse($("details").textContent).map((row) => [row.id, row]) : []);
  const links = (numbers) => {
    const paragraph = make("p", {});
    for (const number of numbers) paragraph.append(make("a", { class: "exchange", href: "#exchange-" + number }, "#" + number), " ");
    return paragraph;
  };
  const badge = (part) => make("span", { class: "state s-" + part.slug }, make("span", { "aria-hidden": "true" }, part.mark), " " + part.state);
  const counted = (count, word) => count.toLocaleString("en") + " " + word + (count === 1 ? "" : "s");
  const showRequirement = (id) => {
    const row = details.get(id);
    $("panel-before").disabled = $("panel-after").disabled = true;
    const list = make("dl", { class: "pairs" });
    const say = (name, text) => text && text.length && list.append(make("dt", {}, name), make("dd", {}, text));
    row.source.forEach((source, i) => say(i ? "" : "Source", source));
    say("Sent", row.sent);
    say("Accepted", row.accepted);
    say("A failure is", row.failure);
    say("Lawful choices", row.choices.join(" · "));
    say("Needed inputs", row.minimum > 1 ? "at least " + row.minimum + " distinct" : "");
    row.proofs.forEach((proof, i) => say(i ? "" : "Proven to bite", proof));
    const cells = row.cells.map((cell) => make("section", {},
      make("h3", {}, cell.operation + " ", badge(cell)),
      cell.reason && make("p", {}, cell.reason),
      cell.choices.length ? make("p", {}, "Chose: " + cell.choices.join(", ")) : null,
      make("p", { class: "quiet" }, "judged " + counted(cell.judged, "time") + ", " + counted(cell.distinct, "distinct input") + (cell.evidence.length ? "; exchanges:" : "")),
      cell.evidence.length ? links(cell.evidence) : null));
    show(row.id + " " + row.sentence, make("p", {}, make("span", { class: "level l-" + row.level }, row.level), " · " + row.area + " · ", badge(row)), list, ...cells);
  };

  // The filter.
  const words = { fail: "broken", pass: "held", unknown: "unproven", skip: "skipped" };
  const matches = (row, term) => {
    const negated = term.startsWith("-") && term.length > 1;
    const [key, value] = (negated ? term.slice(1) : term).split(/:(.*)/s);
    let found;
    if (value === undefined) found = row.textContent.toLowerCase().includes(key);
    else if (!value) found = true;
    else if (key === "is") found = row.dataset.state.split(" ").includes(words[value] || value);
    else if (key === "level") found = row.dataset.level === value;
    else if (key === "area") found = row.dataset.area.includes(value);
    else if (key === "op" || key === "operation") found = row.dataset.op.toLowerCase().includes(value);
    else found = row.textContent.toLowerCase().includes(key + ":" + value);
    return found !== negated;
  };
  const form = document.querySelector("form.filter");
  const filter = (q) => {
    if (!form) return;
    const terms = q.toLowerCase().split(/\s+/).filter(Boolean);
    const rows = [...$(form.dataset.filter).tBodies[0].rows];
    let found = 0;
    for (const row of rows) {
      row.hidden = !terms.every((term) => matches(row, term));
      found += row.hidden ? 0 : 1;
    }
    form.querySelector(".found").textContent = terms.length ? found + " of " + rows.length : "";
  };
  if (form) {
    const input = form.elements.q;
    form.addEventListener("submit", (event) => event.preventDefault());
    input.addEventListener("input", () => {
      filter(input.value);
      go("matrix", input.value.trim());
    });
    form.addEventListener("click", (event) => {
      const hint = event.target.dataset.hint;
      if (!hint) return;
      const terms = input.value.split(/\s+/).filter(Boolean);
      input.value = (terms.includes(hint) ? terms.filter((term) => term !== hint) : [...terms, hint]).join(" ");
      input.dispatchEvent(new Event("input"));
    });
    document.addEventListener("keydown", (event) => {
      if (event.key === "/" && !event.ctrlKey && !event.metaKey && !panel.open && event.target !== input) {
        event.preventDefault();
        input.focus();
      }
    });
  }
  panel.addEventListener("keydown", (event) => {
    if (event.target.closest("pre")) return;
    if (event.key === "ArrowLeft") step(-1);
    if (event.key === "ArrowRight") step(1);
  });

  // The list of exchanges, a page at a time.
  const PAGE = 100;
  const list = async (page, q) => {
    const { columns, count } = await indexed();
    const [numbers, , , began, operations, scenes, methods, urls, observed] = columns;
    const terms = q.toLowerCase().split(/\s+/).filter(Boolean);
    const places = [];
    for (let i = 0; i < count; i += 1) {
      const text = (numbers[i] + " " + operations[i] + " " + scenes[i] + " " + methods[i] + " " + urls[i] + " " + observed[i]).toLowerCase();
      if (terms.every((term) => text.includes(term))) places.push(i);
    }
    const pages = Math.max(1, Math.ceil(places.length / PAGE));
    const at = Math.min(Math.max(page, 0), pages - 1);
    const body = make("tbody", {});
    for (const i of places.slice(at * PAGE, (at + 1) * PAGE)) {
      body.append(make("tr", {},
        make("td", {}, make("a", { class: "exchange", href: "#exchange-" + numbers[i] }, "#" + numbers[i])),
        make("td", { class: "n" }, (began[i] / 1000).toFixed(2)),
        make("td", {}, operations[i]),
        make("td", { class: "said" }, spelled(methods[i] + " " + urls[i])),
        make("td", {}, spelled(observed[i])),
        make("td", { class: "quiet" }, scenes[i])));
    }
    return { body, at, pages, found: places.length, count };
  };
  const openExchanges = async () => {
    const box = $("exchanges");
    const input = make("input", { type: "search", id: "eq", autocomplete: "off", spellcheck: "false", placeholder: "DeleteSession 404" });
    const before = make("button", { type: "button" }, "Earlier");
    const after = make("button", { type: "button" }, "Later");
    const found = make("output", { class: "found", for: "eq", "aria-live": "polite" });
    const head = make("thead", {}, make("tr", {}, ...["Exchange", "Seconds", "Operation", "Request", "Observed", "Scene"].map((name) => make("th", { scope: "col" }, name))));
    const table = make("table", {}, head);
    let page = 0;
    const draw = async () => {
      const drawn = await list(page, input.value);
      page = drawn.at;
      table.replaceChildren(head, drawn.body);
      before.disabled = page === 0;
      after.disabled = page >= drawn.pages - 1;
      found.textContent = drawn.found + " of " + drawn.count + ", page " + (page + 1) + " of " + drawn.pages;
    };
    input.addEventListener("input", () => { page = 0; draw(); });
    before.addEventListener("click", () => { page -= 1; draw(); });
    after.addEventListener("click", () => { page += 1; draw(); });
    const bar = make("div", { class: "filter" }, make("label", { for: "eq" }, "Find"), input, before, after, found);
    box.replaceChildren(bar, make("div", { class: "scroll tall", tabindex: "0", role: "group", "aria-label": "Exchanges" }, table));
    await draw();
    input.focus();
  };
  if ($("open-exchanges")) $("open-exchanges").addEventListener("click", openExchanges);

  // Copying.
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("button.copy");
    if (!button) return;
    const code = button.parentElement.querySelector("code");
    let done = true;
    try {
      await navigator.clipboard.writeText(code.textContent);
    } catch (_) {
      const range = document.createRange();
      range.selectNodeContents(code);
      getSelection().removeAllRanges();
      getSelection().addRange(range);
      done = document.execCommand("copy");
    }
    button.firstChild.textContent = done ? "Copied" : "Selected";
    setTimeout(() => { button.firstChild.textContent = "Copy"; }, 1600);
  });

  // Links to exchanges and requirements open the panel; the filter stays.
  document.addEventListener("click", (event) => {
    const link = event.target.closest('a[href^="#"]');
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const anchor = link.getAttribute("href").slice(1);
    if (/^exchange-\d+$/.test(anchor)) {
      const around = link.closest("dd, tbody, ol, p");
      chain = around ? [...around.querySelectorAll("a.exchange")].map((one) => Number(one.hash.slice(10))) : [];
    } else if (!details.has(anchor)) {
      return;
    }
    event.preventDefault();
    // Opening is a step that "back" takes back; leafing through is none.
    history[panel.open ? "replaceState" : "pushState"](null, "", fragment(anchor, state().q));
    follow();
  });
  const follow = () => {
    const { anchor, q } = state();
    if (form && form.elements.q.value.trim() !== q) form.elements.q.value = q;
    filter(q);
    const number = /^exchange-(\d+)$/.exec(anchor);
    if (number) {
      showExchange(Number(number[1]));
    } else if (details.has(anchor)) {
      showRequirement(anchor);
    } else {
      hide();
      const target = anchor && $(anchor);
      if (target) {
        if (target.tagName === "DETAILS") target.open = true;
        if (q) target.scrollIntoView({ behavior: "instant" });
      }
    }
  };
  addEventListener("hashchange", follow);

  // A row of the table opens as its link does.
  document.addEventListener("click", (event) => {
    const row = event.target.closest("tr[data-id]");
    if (!row || event.target.closest("a, button") || String(getSelection())) return;
    row.querySelector("a").click();
  });

  // The section in view is the current one of the navigation.
  const entries = new Map([...document.querySelectorAll("nav a")].map((link) => [link.hash.slice(1), link]));
  const watch = new IntersectionObserver((seen) => {
    for (const one of seen) {
      if (!one.isIntersecting) continue;
      for (const [id, link] of entries) {
        if (id === one.target.id) link.setAttribute("aria-current", "true");
        else link.removeAttribute("aria-current");
      }
    }
  }, { rootMargin: "-15% 0px -80% 0px" });
  for (const id of entries.keys()) if ($(id)) watch.observe($(id));

  // On paper nobody can unfold a finding; tables stay folded, or it takes a forest.
  addEventListener("beforeprint", () => {
    for (const one of document.querySelectorAll("#findings details:not([open])")) {
      one.dataset.folded = "";
      one.open = true;
    }
  });
  addEventListener("afterprint", () => {
    for (const one of document.querySelectorAll("details[data-folded]")) {
      one.open = false;
      delete one.dataset.folded;
    }
  });

  follow();
  document.documentElement.dataset.ready = "";
})();
