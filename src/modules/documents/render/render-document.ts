import { readFileSync } from "node:fs";
import { join } from "node:path";
import { NodeCompiler } from "@myriaddreamin/typst-ts-node-compiler";
import type { DocumentData, Template } from "./data.ts";
import { labelsOf, translated } from "./labels.ts";
import { present, type Locale } from "./present.ts";

const TEMPLATES = join(import.meta.dirname, "../templates");
const FONTS = join(import.meta.dirname, "../fonts");
const KEPT_RUNS = 20;

let compiler: NodeCompiler | undefined;

/**
 * Writes a document as PDF: the same data gives the same bytes. Texts come as data and are never read as markup.
 * A template that has no words in the language asked for is written in English (the United States' notices are prescribed in English).
 *
 * @throws RangeError  the data lacks what the template needs
 * @example            await renderDocument("receipt", data, "hi-IN")
 */
export async function renderDocument<T extends Template>(template: T, data: DocumentData[T], locale: Locale): Promise<Buffer> {
  const spoken: Locale = locale === "hi-IN" && !translated(template) ? "en-IN" : locale;
  compiler ??= NodeCompiler.create({
    workspace: TEMPLATES,
    // Brought along, so that rupee sign and Devanagari do not depend on what a server has installed.
    fontArgs: [{ fontBlobs: ["NotoSansDevanagari_400Regular.ttf", "NotoSansDevanagari_700Bold.ttf"].map((name) => readFileSync(join(FONTS, name))) }],
  });
  const inputs = {
    data: JSON.stringify(present(data, spoken)),
    labels: JSON.stringify(labelsOf(spoken)),
    issued: data.issuedDate,
    lang: spoken.slice(0, 2),
    paper: spoken === "en-US" ? "us-letter" : "a4",
  };
  const compiled = compiler.compile({ mainFilePath: join(TEMPLATES, `${template}.typ`), inputs });
  const document = compiled.result;
  if (document === null) {
    const faults = compiler.fetchDiagnostics(compiled.takeDiagnostics() as never) as { message?: string }[];
    throw new RangeError(`${template}: ${faults.map((fault) => fault.message).join("; ")}`);
  }
  // PDF/A-2b, because agreements and letters are kept for years.
  const pdf = compiler.pdf(document, { pdfStandard: "a-2b" });
  compiler.evictCache(KEPT_RUNS);
  return pdf;
}
