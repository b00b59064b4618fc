import { isoDate, toDay } from "#engine/date.ts";
import { formatAmount } from "#engine/money.ts";
import type { Cell, Column, Dataset, Sink } from "./dataset.ts";
import { ZipWriter } from "./zip.ts";

/** A sheet holds 1,048,576 rows; what is more goes to the next sheet. */
const ROWS_PER_SHEET = 1_000_000;
/** Days from the spreadsheet's day 0 to 1970-01-01. @source ISO/IEC 29500-1, section 18.17.4.1 */
const EPOCH = 25_569;
const HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships";
const OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml";

/**
 * A dataset as an Excel workbook, written forwards, sheet after sheet. Amounts stand in it as decimal text of a number cell, to the last
 * minor unit; a program that reads them as floating point shows fifteen digits.
 * @source  ISO/IEC 29500-1, sections 18.3 (worksheets) and 18.8 (styles)
 */
export async function writeXlsx(data: Dataset, sink: Sink, taken: (rows: number) => void, rowsPerSheet = ROWS_PER_SHEET): Promise<void> {
  const zip = new ZipWriter(sink);
  let sheets = 0;
  let inSheet = 0;
  const begin = async () => {
    if (sheets > 0) await zip.write("</sheetData></worksheet>");
    sheets += 1;
    inSheet = 0;
    await zip.entry(`xl/worksheets/sheet${sheets}.xml`);
    const frozen = '<sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>';
    await zip.write(`${HEAD}<worksheet xmlns="${MAIN}">${frozen}<sheetData><row>${data.columns.map((c) => words(c.name, 3)).join("")}</row>`);
  };
  await begin();
  for await (const rows of data.batches) {
    for (let at = 0; at < rows.length;) {
      if (inSheet === rowsPerSheet) await begin();
      const part = rows.slice(at, at + rowsPerSheet - inSheet);
      await zip.write(part.map((row) => `<row>${row.map((value, i) => cell(data.columns[i] as Column, value)).join("")}</row>`).join(""));
      at += part.length;
      inSheet += part.length;
    }
    taken(rows.length);
  }
  await zip.write("</sheetData></worksheet>");
  for (const [name, content] of surroundings(data.name, sheets)) {
    await zip.entry(name);
    await zip.write(HEAD + content);
  }
  await zip.finish();
}

function cell(column: Column, value: Cell): string {
  if (value === null) return "<c/>";
  if (typeof value === "object") return `<c s="2"><v>${formatAmount(value)}</v></c>`;
  if (typeof value === "number") return `<c><v>${value}</v></c>`;
  return column.kind === "date" ? `<c s="1"><v>${toDay(isoDate(value)) + EPOCH}</v></c>` : words(value);
}

// Characters that XML cannot hold are dropped; the rest is escaped.
function words(value: string, style = 0): string {
  const safe = value.replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, "").replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  return `<c t="inlineStr"${style === 0 ? "" : ` s="${style}"`}><is><t xml:space="preserve">${safe}</t></is></c>`;
}

/** What a workbook needs besides its sheets: content types, relations, the list of sheets, and four cell styles. */
function surroundings(name: string, sheets: number): [string, string][] {
  const each = (of: (n: number) => string) => Array.from({ length: sheets }, (_v, i) => of(i + 1)).join("");
  const title = name.replace(/[^\w -]/g, "").slice(0, 25);
  return [
    ["[Content_Types].xml", `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="${TYPE}.sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType="${TYPE}.styles+xml"/>${each((n) => `<Override PartName="/xl/worksheets/sheet${n}.xml" ContentType="${TYPE}.worksheet+xml"/>`)}</Types>`],
    ["_rels/.rels", `<Relationships xmlns="${RELATIONS}"><Relationship Id="rId1" Type="${OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>`],
    ["xl/workbook.xml", `<workbook xmlns="${MAIN}" xmlns:r="${OFFICE}"><sheets>${each((n) => `<sheet name="${title}${n === 1 ? "" : ` ${n}`}" sheetId="${n}" r:id="rId${n}"/>`)}</sheets></workbook>`],
    ["xl/_rels/workbook.xml.rels", `<Relationships xmlns="${RELATIONS}">${each((n) => `<Relationship Id="rId${n}" Type="${OFFICE}/worksheet" Target="worksheets/sheet${n}.xml"/>`)}<Relationship Id="rId${sheets + 1}" Type="${OFFICE}/styles" Target="styles.xml"/></Relationships>`],
    ["xl/styles.xml", `<styleSheet xmlns="${MAIN}"><numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/></numFmts><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="4"><xf/><xf numFmtId="164" applyNumberFormat="1"/><xf numFmtId="4" applyNumberFormat="1"/><xf fontId="1" applyFont="1"/></cellXfs></styleSheet>`],
  ];
}
