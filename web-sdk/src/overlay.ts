import type { Message } from "./types.js";

const STYLE = `
:host{all:initial;position:fixed;z-index:2147483000;font:16px/1.45 system-ui,sans-serif}
:host([data-style=modal]){inset:0;display:flex;align-items:center;justify-content:center;background:#0008}
:host([data-style=slide_up]){left:0;right:0;bottom:0;display:flex;justify-content:center;padding:12px}
section{position:relative;box-sizing:border-box;max-width:min(26rem,calc(100vw - 24px));max-height:85vh;overflow:auto;background:#fff;color:#1b1b1f;
border-radius:14px;box-shadow:0 8px 40px #0005;padding:20px 24px}
img{display:block;max-width:100%;border-radius:8px;margin:0 0 12px}
h2{font-size:1.2em;margin:0 1.6em .4em 0}p{white-space:pre-line;margin:0 0 12px}
a,button{font:inherit;cursor:pointer}
nav{display:flex;gap:8px;flex-wrap:wrap}nav a,nav button{border:0;border-radius:8px;padding:9px 16px;background:#2f5bea;color:#fff;text-decoration:none}
.close{position:absolute;top:8px;right:8px;border:0;background:none;font-size:22px;line-height:1;padding:8px;color:#555}
:focus-visible{outline:3px solid #8aa5ff;outline-offset:2px}
@media(prefers-color-scheme:dark){section{background:#222228;color:#f2f2f5}.close{color:#bbb}}
`;

export interface Reactions {
  clicked(link?: string): void;
  dismissed(): void;
}

/** Return whether an address may be followed: none that would run as a script of the page. */
export function isHarmless(url: string): boolean {
  try {
    return ["http:", "https:", "mailto:", "tel:"].includes(new URL(url, location.href).protocol);
  } catch {
    return false;
  }
}

/** Show an in-app message; it is closed by its button, by Escape, and by a click beside a modal one. */
export function show(message: Message, reactions: Reactions): void {
  const host = document.createElement("div");
  host.dataset["style"] = message.style;
  host.dataset["sojournMessage"] = message.id;
  const root = host.attachShadow({ mode: "open" });
  const before = document.activeElement;
  const onKey = (event: KeyboardEvent): void => {
    if (event.key === "Escape") close(true);
  };
  const close = (dismissed: boolean): void => {
    removeEventListener("keydown", onKey);
    host.remove();
    if (before instanceof HTMLElement) before.focus();
    if (dismissed) reactions.dismissed();
  };
  const box = make("section", { role: "dialog", "aria-label": message.title ?? "" });
  if (message.style === "modal") box.setAttribute("aria-modal", "true");
  const onLink = (link?: string): void => {
    reactions.clicked(link);
    close(false);
  };
  box.append(...content(message, onLink));
  const cross = make("button", { class: "close", "aria-label": "Close" }, "×");
  cross.onclick = () => close(true);
  box.append(cross);
  host.onclick = (event) => {
    if (event.composedPath()[0] === host) close(true);
  };
  addEventListener("keydown", onKey);
  root.append(make("style", {}, STYLE), box);
  document.body.append(host);
  if (message.style === "modal") cross.focus();
}

/** Return the parts of a message; a link is told before it is followed. */
export function content(message: Message, clicked: (link?: string) => void): HTMLElement[] {
  const parts: HTMLElement[] = [];
  if (message.image && isHarmless(message.image)) parts.push(make("img", { src: message.image, alt: "" }));
  if (message.title) parts.push(make("h2", {}, message.title));
  if (message.body) parts.push(make("p", {}, message.body));
  const buttons =
    message.buttons ?? (message.url ? [{ text: message.title ? "→" : message.url, url: message.url }] : []);
  if (buttons.length) {
    const row = make("nav", {});
    for (const { text, url } of buttons) {
      const link = url && isHarmless(url) ? make("a", { href: url }, text) : make("button", {}, text);
      link.onclick = () => clicked(text);
      row.append(link);
    }
    parts.push(row);
  }
  return parts;
}

function make(name: string, attributes: Record<string, string>, text?: string): HTMLElement {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (text !== undefined) made.textContent = text;
  return made;
}
