// node render.mjs CHROMIUM OUTPUT MESSAGE.json …
// Run in the folder that holds node_modules; writes OUTPUT/slack-NAME-light.png and -dark.png for each NAME.json.

import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const here = process.cwd();
const installed = createRequire(join(here, "index.js"));
const { createElement: h } = installed("react");
const { renderToStaticMarkup } = installed("react-dom/server");
const { Message } = installed("slack-blocks-to-jsx");
const { chromium } = installed("playwright-core");

const WIDTH = { message: 640, modal: 520, home: 760 };
const SENT = new Date("2026-10-16T09:41:00Z");
const DRAWN = new Set(
  ("actions alert card carousel container context context_actions data_visualization divider file header image " +
    "input markdown plan rich_text section table task_card video").split(" "),
);

const svg = (drawing) => "data:image/svg+xml;base64," + Buffer.from(drawing).toString("base64");
const OWN_LOGO = svg(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 36 36"><rect width="36" height="36" rx="6" fill="#1d3b53"/>' +
    '<path d="M9 24v-6c0-4 2-7 6-8v3c-2 .6-3 2-3 4h3v7zm11 0v-6c0-4 2-7 6-8v3c-2 .6-3 2-3 4h3v7z" fill="#fff"/></svg>',
);
const PERSON_LOGO = svg(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 36 36"><rect width="36" height="36" rx="6" fill="#b5651d"/>' +
    '<circle cx="18" cy="14" r="6" fill="#fff"/><path d="M6 33c1-8 6-11 12-11s11 3 12 11z" fill="#fff"/></svg>',
);

// What the renderer draws otherwise than Slack does is put right before it sees it.
function drawable(key, value) {
  // It shows such text raw; Slack formats it all the same.
  if (key === "verbatim") return undefined;
  // It leaves out what is chosen, and that a field may stay empty.
  if (value?.type === "static_select" && value.initial_option)
    return { ...value, placeholder: value.initial_option.text };
  if (value?.type === "input" && value.optional)
    return { ...value, label: { ...value.label, text: `${value.label.text} (optional)` } };
  return value;
}

const textOf = (text) => (typeof text === "string" ? text : (text?.text ?? ""));

function drawBlock(block, { theme, people }) {
  // It drops in silence what it does not know.
  if (!DRAWN.has(block.type)) return h("div", { className: "unknown" }, `${block.type}: not drawn here`);
  return h(Message, {
    blocks: [block],
    name: "",
    logo: OWN_LOGO,
    time: SENT,
    theme,
    withoutWrapper: true,
    data: { users: Object.entries(people).map(([id, name]) => ({ id, name })), channels: [], user_groups: [] },
  });
}

const drawBlocks = (blocks, context) => blocks.map((block, at) => h("div", { key: at }, drawBlock(block, context)));

function drawMessage(message, context) {
  const blocks = message.blocks ?? [{ type: "section", text: { type: "mrkdwn", text: message.text } }];
  const own = !message.from;
  return h(
    "article",
    { className: message.private ? "message private" : "message" },
    h("img", { src: own ? OWN_LOGO : PERSON_LOGO, alt: "" }),
    h(
      "div",
      { className: "body" },
      message.private && h("p", { className: "only" }, "Only visible to you"),
      h(
        "p",
        { className: "who" },
        h("b", null, own ? "Onrecord" : message.from),
        own && h("span", { className: "app" }, "APP"),
        h("time", null, message.time ?? "9:41 AM"),
      ),
      drawBlocks(blocks, context),
    ),
  );
}

function drawModal(view, context) {
  return h(
    "section",
    { className: "modal" },
    h("header", null, h("img", { src: OWN_LOGO, alt: "" }), h("b", null, textOf(view.title)), h("span", null, "✕")),
    h("div", { className: "body" }, drawBlocks(view.blocks, context)),
    h(
      "footer",
      null,
      h("button", null, textOf(view.close) || (view.submit ? "Cancel" : "Close")),
      view.submit && h("button", { className: "submit" }, textOf(view.submit)),
    ),
  );
}

function drawHome(view, context) {
  return h(
    "section",
    { className: "home" },
    h("header", null, h("img", { src: OWN_LOGO, alt: "" }), h("b", null, "Onrecord"), h("span", { className: "app" }, "APP")),
    h("nav", null, h("b", null, "Home"), h("span", null, "Messages"), h("span", null, "About")),
    h("div", { className: "body" }, drawBlocks(view.blocks, context)),
  );
}

const DRAW = { message: drawMessage, modal: drawModal, home: drawHome };

const asset = (name) => pathToFileURL(join(here, "node_modules", name)).href;
const STYLE = (theme) => {
  const dark = theme === "dark";
  const [paper, ink, soft, line] = dark
    ? ["#1a1d21", "#d1d2d3", "#ababad", "#3d4043"]
    : ["#ffffff", "#1d1c1d", "#616061", "#dddddd"];
  return `
    * { box-sizing: border-box }
    body { margin: 0; background: ${paper}; color: ${ink}; font: 15px/1.47 Lato, Twemoji, sans-serif }
    #surface { padding: 12px 16px; background: ${paper} }
    .slack_blocks_to_jsx { max-width: none !important }
    .slack_blocks_to_jsx :not(code, pre, code *, pre *) { font-family: Lato, Twemoji, sans-serif }
    .slack_blocks_to_jsx .slack_blocks_to_jsx--block_wrapper { background: transparent !important }
    .slack_blocks_to_jsx__input .text-small > p { display: none }
    img { border-radius: 6px }
    .message { display: flex; gap: 8px; padding: 6px 4px }
    .message > img { width: 36px; height: 36px; flex: none; margin-top: 3px }
    .message .body { flex: 1; min-width: 0 }
    .private { background: ${dark ? "#26292d" : "#f8f8f8"}; border-radius: 6px; padding: 6px 8px }
    p { margin: 0 }
    .only, time { font-size: 12px; color: ${soft} }
    .who { display: flex; gap: 6px; align-items: baseline }
    .app { font-size: 10px; font-weight: 700; color: ${soft}; background: ${dark ? "#35373b" : "#eeeeee"};
           border-radius: 2px; padding: 0 3px }
    .unknown { border: 1px dashed ${soft}; border-radius: 4px; color: ${soft}; font-size: 13px; padding: 4px 8px; margin: 4px 0 }
    .modal, .home { border: 1px solid ${line}; border-radius: 8px }
    header, footer, nav { display: flex; gap: 10px; align-items: center; padding: 14px 20px }
    header img { width: 28px; height: 28px }
    header b { font-size: 18px; font-weight: 900 }
    .modal header span { margin-left: auto; color: ${soft} }
    .modal .body, .home .body { padding: 2px 20px 14px }
    .modal header { border-bottom: 1px solid ${line} }
    .home nav { border-bottom: 1px solid ${line}; gap: 20px; padding: 0 20px; font-size: 13px; color: ${soft} }
    .home nav b { color: ${ink}; padding-bottom: 8px; border-bottom: 2px solid ${ink} }
    .home nav span { padding-bottom: 10px }
    footer { border-top: 1px solid ${line}; justify-content: flex-end }
    footer button { font: 700 15px Lato; padding: 7px 14px; border-radius: 4px; border: 1px solid ${line};
                    background: transparent; color: ${ink} }
    footer .submit { background: #007a5a; border-color: #007a5a; color: #fff }
    .slack_blocks_to_jsx__rich_text_quote_element { border-left: 4px solid ${line}; padding-left: 12px; margin: 4px 0 }
  `;
};

function page(surfaces, kind, context) {
  const styles = ["@fontsource/lato/400.css", "@fontsource/lato/400-italic.css", "@fontsource/lato/700.css",
    "@fontsource/lato/900.css", "twemoji-colr-font/twemoji.css", "slack-blocks-to-jsx/dist/style.css"];
  const body = h("main", { id: "surface" }, surfaces.map((surface, at) => h("div", { key: at }, DRAW[kind](surface, context))));
  const links = styles.map((name) => `<link rel="stylesheet" href="${asset(name)}">`).join("");
  return `<!doctype html><meta charset="utf-8">${links}<style>${STYLE(context.theme)}</style>` +
    `<body data-theme="${context.theme}">${renderToStaticMarkup(body)}`;
}

const [browserPath, output, ...files] = process.argv.slice(2);
const browser = await chromium.launch({
  executablePath: browserPath,
  args: ("--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking " +
    "--disable-component-update --disable-sync").split(" "),
});
try {
  for (const file of files) {
    const read = JSON.parse(readFileSync(file, "utf8"), drawable);
    const surfaces = Array.isArray(read) ? read : [read];
    const kind = surfaces[0].type in DRAW ? surfaces[0].type : "message";
    const people = Object.assign({}, ...surfaces.map((surface) => surface.people ?? {}));
    for (const theme of ["light", "dark"]) {
      const name = `slack-${basename(file, ".json")}-${theme}`;
      const html = join(here, `${name}.html`);
      writeFileSync(html, page(surfaces, kind, { theme, people }));
      const tab = await browser.newPage({ viewport: { width: WIDTH[kind], height: 400 }, deviceScaleFactor: 1.25 });
      await tab.goto(pathToFileURL(html).href);
      await tab.evaluate("document.fonts.ready");
      await tab.locator("#surface").screenshot({ path: join(resolve(output), `${name}.png`) });
      await tab.close();
    }
  }
} finally {
  await browser.close();
}
