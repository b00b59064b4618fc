import { UnreadableFile } from "#modules/payments/ports.ts";

/** An element: its name without prefix, its attributes, its text and its children in order. */
export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: Element[];
  text: string;
}

const MAX_BYTES = 64 * 1024 * 1024;
const MAX_DEPTH = 48;
const MAX_ELEMENTS = 4_000_000;
const ENCODINGS = new Set(["utf-8", "utf8", "us-ascii", "iso-8859-1", "iso-8859-15", "windows-1252", "utf-16", "utf-16le", "utf-16be"]);
const NAME = /[A-Za-z_][\w.-]*(?::[A-Za-z_][\w.-]*)?/y;
const ATTRIBUTE = /\s+([A-Za-z_][\w.:-]*)\s*=\s*(?:"([^"<]*)"|'([^'<]*)')/y;
const ENTITIES: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };

/**
 * Reads the part of XML that bank messages use, in time linear in the length: elements, attributes, text, CDATA, comments
 * and processing instructions. A DOCTYPE is refused, so nothing can be defined, included or expanded.
 *
 * @throws UnreadableFile  not well-formed, too deep, too large, or an encoding that no bank uses
 */
export function readXml(bytes: Uint8Array): Element {
  if (bytes.length > MAX_BYTES) throw new UnreadableFile("/", `the file is larger than ${MAX_BYTES / 1024 / 1024} MiB`);
  return parse(decode(bytes));
}

function decode(bytes: Uint8Array): string {
  const head = Buffer.from(bytes.subarray(0, 200)).toString("latin1");
  const utf16 = bytes[0] === 0xff && bytes[1] === 0xfe ? "utf-16le" : bytes[0] === 0xfe && bytes[1] === 0xff ? "utf-16be" : undefined;
  const label = utf16 ?? /^(?:\xef\xbb\xbf)?<\?xml[^>]*encoding\s*=\s*["']([\w.-]+)["']/.exec(head)?.[1]?.toLowerCase() ?? "utf-8";
  if (!ENCODINGS.has(label)) throw new UnreadableFile("/", `the encoding ${label} is not known`);
  try {
    return new TextDecoder(label, { fatal: true }).decode(bytes);
  } catch {
    throw new UnreadableFile("/", `the bytes are not ${label}`);
  }
}

function parse(text: string): Element {
  const root: Element = { name: "", attributes: {}, children: [], text: "" };
  const stack: Element[] = [root];
  let at = 0;
  let elements = 0;
  const fail = (why: string): never => {
    throw new UnreadableFile(`/${stack.slice(1).map((e) => e.name).join("/")}`, why);
  };
  while (at < text.length) {
    const open = text.indexOf("<", at);
    const top = stack.at(-1) as Element;
    const run = text.slice(at, open < 0 ? text.length : open);
    if (run !== "") addText(top, run, stack.length === 1, fail);
    if (open < 0) break;
    if (text.startsWith("<!--", open)) at = after(text, "-->", open + 4, fail);
    else if (text.startsWith("<![CDATA[", open)) {
      at = after(text, "]]>", open + 9, fail);
      top.text += text.slice(open + 9, at - 3);
    } else if (text.startsWith("<?", open)) at = after(text, "?>", open + 2, fail);
    else if (text.startsWith("<!", open)) fail("a DOCTYPE or declaration is not accepted");
    else if (text.startsWith("</", open)) {
      at = after(text, ">", open + 2, fail);
      const name = local(text.slice(open + 2, at - 1).trim());
      if (stack.length === 1 || top.name !== name) fail(`</${name.slice(0, 60)}> closes nothing that is open`);
      stack.pop();
    } else {
      if (++elements > MAX_ELEMENTS) fail("too many elements");
      const started = openTag(text, open, fail);
      top.children.push(started.element);
      if (!started.closed) stack.push(started.element);
      if (stack.length > MAX_DEPTH) fail(`elements are nested deeper than ${MAX_DEPTH}`);
      at = started.end;
    }
  }
  if (stack.length > 1) fail("the file ends before this element is closed");
  if (root.children.length !== 1) fail("there must be exactly one outermost element");
  return root.children[0] as Element;
}

function openTag(text: string, open: number, fail: (why: string) => never): { element: Element; end: number; closed: boolean } {
  NAME.lastIndex = open + 1;
  const name = NAME.exec(text)?.[0] ?? fail("this is not an element's name");
  const attributes: Record<string, string> = Object.create(null) as Record<string, string>;
  let at = NAME.lastIndex;
  for (;;) {
    ATTRIBUTE.lastIndex = at;
    const found = ATTRIBUTE.exec(text);
    if (found === null) break;
    attributes[local(found[1] as string)] = unescape(found[2] ?? found[3] ?? "", fail);
    at = ATTRIBUTE.lastIndex;
  }
  while (at < text.length && " \t\r\n".includes(text.charAt(at))) at++;
  const closed = text.startsWith("/>", at);
  if (!closed && text.charAt(at) !== ">") fail(`<${name}> is not well-formed`);
  return { element: { name: local(name), attributes, children: [], text: "" }, end: at + (closed ? 2 : 1), closed };
}

function addText(element: Element, run: string, outside: boolean, fail: (why: string) => never): void {
  if (outside) {
    if (run.trim() !== "" && run.trim() !== "\ufeff") fail("there is text outside of the outermost element");
  } else if (element.children.length === 0 || run.trim() !== "") element.text += run.includes("&") ? unescape(run, fail) : run;
}

function unescape(text: string, fail: (why: string) => never): string {
  return text.replace(/&([^;]{0,12});?/g, (whole, name: string) => {
    const code = /^#(?:(\d{1,7})|x([0-9a-fA-F]{1,6}))$/.exec(name);
    if (code !== null && whole.endsWith(";")) {
      const point = code[1] === undefined ? parseInt(code[2] as string, 16) : Number(code[1]);
      if (point > 0 && point <= 0x10ffff) return String.fromCodePoint(point);
    }
    const known = whole.endsWith(";") ? ENTITIES[name] : undefined;
    return known ?? fail(`&${name.slice(0, 12)} is not a known entity`);
  });
}

function after(text: string, end: string, from: number, fail: (why: string) => never): number {
  const found = text.indexOf(end, from);
  if (found < 0) fail(`"${end}" is missing`);
  return found + end.length;
}

function local(name: string): string {
  return name.slice(name.indexOf(":") + 1);
}

/** First child of a path of names. */
export function find(element: Element | undefined, ...path: readonly string[]): Element | undefined {
  let here = element;
  for (const name of path) here = here?.children.find((child) => child.name === name);
  return here;
}

/** All children of a name. */
export function all(element: Element | undefined, name: string): Element[] {
  return element?.children.filter((child) => child.name === name) ?? [];
}

/** Text at a path, trimmed; undefined when absent or empty. */
export function textAt(element: Element | undefined, ...path: readonly string[]): string | undefined {
  const text = find(element, ...path)?.text.trim();
  return text === undefined || text === "" ? undefined : text;
}
