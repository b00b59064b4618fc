/** Finished HTML. Made only by `html`, which escapes every value it is given. */
export interface Html {
  readonly html: string;
}

type Value = Html | readonly Html[] | string | number | undefined | null;

const ESCAPES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
const escape = (text: string): string => text.replaceAll(/[&<>"']/g, (sign) => ESCAPES[sign] ?? "");

function show(value: Value): string {
  if (value === undefined || value === null) return "";
  if (typeof value === "string" || typeof value === "number") return escape(String(value));
  return "html" in value ? value.html : value.map((each) => each.html).join("");
}

/** A template whose values are escaped, unless they are finished HTML themselves. */
export const html = (parts: TemplateStringsArray, ...values: readonly Value[]): Html =>
  ({ html: parts.reduce((text, part, index) => text + show(values[index - 1]) + part) });

/** A stylesheet for light and dark, phone and desktop. */
const STYLE = `:root{color-scheme:light dark;--line:light-dark(#d5d9e0,#3a414d);--soft:light-dark(#f3f5f8,#20252d);--accent:light-dark(#0b5cad,#7db8f5)}
*{box-sizing:border-box}body{font:16px/1.5 system-ui,sans-serif;margin:0 auto;padding:1rem;max-width:72rem;background:light-dark(#fff,#14181e);color:light-dark(#1a1f27,#e8ebf0)}
a{color:var(--accent)}h1{font-size:1.5rem}h2{font-size:1.15rem;margin-top:2rem}code{font-size:.9em;overflow-wrap:anywhere}
table{border-collapse:collapse;width:100%}th,td{border-bottom:1px solid var(--line);padding:.4rem .6rem .4rem 0;text-align:left;vertical-align:top}.scroll{overflow-x:auto}
.card{border:1px solid var(--line);border-radius:.6rem;padding:1rem;margin:1rem 0;background:var(--soft)}.code{font:700 2rem/1.2 ui-monospace,monospace;letter-spacing:.2em}
.muted{color:light-dark(#4d5563,#aab3c0);font-size:.9rem}pre{white-space:pre-wrap;overflow-wrap:anywhere;font:inherit;margin:.5rem 0}
input,button{font:inherit;padding:.6rem .8rem;border-radius:.5rem;border:1px solid var(--line);background:light-dark(#fff,#14181e);color:inherit;min-height:2.75rem}
button{cursor:pointer}button.main{background:#0b5cad;border-color:#0b5cad;color:#fff}form.row{display:flex;gap:.5rem;flex-wrap:wrap}form.row input{flex:1 1 14rem}form.stack{display:grid;gap:.75rem}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px}`;

/** A whole page. */
export const page = (title: string, body: Html): string =>
  `<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>${escape(title)}</title><style>${STYLE}</style></head><body><main>${body.html}</main></body></html>\n`;

/** Headers of every page: nothing is loaded from anywhere, no script runs. */
export const PAGE_HEADERS = {
  "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'",
  "x-content-type-options": "nosniff", "referrer-policy": "no-referrer", "cache-control": "no-store",
} as const;
