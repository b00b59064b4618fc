import { readFileSync } from "node:fs";
import { relative } from "node:path";
import { isTest, lineAt, readCode, report, ROOT, walk, type Fault, type SourceFile } from "./source-files.ts";

// What no compiler refuses and we do not want. Each ban says what to write instead.

interface Ban {
  readonly pattern: RegExp;
  readonly instead: string;
  /** Which files it covers; all, when absent. */
  readonly where?: (path: string) => boolean;
  /** Whether it looks at comments too; otherwise only at code. */
  readonly comments?: boolean;
}

const product = (path: string) => /^(src|web|sandbox)\//.test(path) && !isTest(path) && !path.includes("/testing/");
const ownsTime = (path: string) => path.startsWith("src/kernel/") || path.startsWith("web/api/") || path.startsWith("web/ui/date") || path === "sandbox/clock.ts";
const readsTime = (path: string) => product(path) && !ownsTime(path);

export const BANS: readonly Ban[] = [
  { pattern: /\bDate\.now\(/g, where: readsTime, instead: "the clock is given: ctx.services.clock.nowMs()" },
  { pattern: /\bnew Date\(/g, where: readsTime, instead: "instants come from ctx.now or kernel/clock.ts, days are IsoDate from engine/date.ts" },
  { pattern: /\bMath\.random\(/g, where: readsTime, instead: "chance is given: ctx.services.random, or ids for identifiers" },
  { pattern: /\bparseFloat\(/g, where: product, instead: "money from text is fromMoneyJson, a rate is parseRate, a count is Number with a check" },
  { pattern: /(?<!\/ 1000\))\.toFixed\(/g, where: product, instead: "money to text is toMoneyJson or MoneyText; a ratio for a screen is Intl.NumberFormat" },
  { pattern: /\b(test|it|describe|suite)\.only\(|\bonly:\s*true/g, where: isTest, instead: "run one test with --test-name-pattern; the rest must run too" },
  { pattern: /\b(test|it|describe|suite)\.(skip|todo)\(|\bskip:\s*true|\btodo:\s*true|\bt\.skip\(\s*\)/g, where: isTest, instead: 'a test is skipped with its reason: { skip: "why" } or t.skip("why")' },
  { pattern: /\b(FIXME|TODO|HACK)\b/g, comments: true, instead: "do it now, or write down what is missing in the module's README" },
  { pattern: /(:|<|\bas|\|)\s*any\b(?=\s*[;,)>=[\]|{}]|\s*$)|,\s*any\s*>/gm, instead: "unknown, and narrow it" },
  { pattern: /@ts-(ignore|nocheck|expect-error)/g, comments: true, instead: "fix the type, or narrow an unknown" },
  { pattern: /\/work\/[a-z]|registry\.npmjs|\b\/root\//g, comments: true, instead: "the code names no machine: paths come from the configuration or from import.meta.dirname" },
];

const FILE_LINES = 400;
const FUNCTION_LINES = 60;

/** These hold the banned words themselves, as patterns or as planted faults. */
const PLANTED = new Set(["tools/tidy.ts", "tools/tidy.test.ts", "tools/test-reporter.test.ts", "web/ui/texts.test.ts"]);

export function tidyFaults(files: readonly SourceFile[]): Fault[] {
  return files.filter((file) => !PLANTED.has(file.path)).flatMap((file) => [
    ...bannedWords(file), ...spliced(file), ...tooLong(file),
  ]);
}

function bannedWords({ path, text }: SourceFile): Fault[] {
  const code = withoutComments(text);
  return BANS.filter((ban) => ban.where?.(path) ?? true).flatMap((ban) =>
    Array.from((ban.comments === true ? text : code).matchAll(ban.pattern), (match) => ({
      file: path, line: lineAt(text, match.index + match[0].length), rule: `"${match[0].trim()}" is banned: ${ban.instead}`,
    })),
  );
}

/** SQL that is glued together from values is where injections come from: kernel/list.ts alone composes it, from fixed parts. */
function spliced({ path, text }: SourceFile): Fault[] {
  if (!product(path) || path === "src/kernel/list.ts" || path.startsWith("web/")) return [];
  const code = withoutComments(text);
  return Array.from(code.matchAll(/`(?:[^`\\]|\\.)*`/g))
    .filter(([literal]) => /^`\s*(SELECT|INSERT INTO|UPDATE|DELETE FROM|WITH)\b|\bWHERE\b/.test(literal) && /\$\{(?!\s*[A-Z][A-Z0-9_]*\s*\})/.test(literal))
    .map(({ index }) => ({ file: path, line: lineAt(text, index + 1), rule: "SQL with ${…}: give the value as a numbered parameter, or name a constant part in CAPITALS" }));
}

function tooLong({ path, text }: SourceFile): Fault[] {
  const lines = text.split("\n");
  const faults: Fault[] = [];
  if (lines.length > FILE_LINES + 1) faults.push({ file: path, line: FILE_LINES, rule: `${lines.length - 1} lines; a file stops at ${FILE_LINES}: split it by meaning` });
  // Tests and screens are read from top to bottom, and a routes file is a list of declarations.
  if (path.endsWith(".tsx") || path.endsWith("routes.ts") || isTest(path)) return faults;
  // Formatted code ends a top-level function with a brace in the column where it began.
  let start: number | undefined;
  lines.forEach((line, index) => {
    if (/^(export )?(default )?(async )?function\b/.test(line) && !line.trimEnd().endsWith("}")) start = index;
    if (start !== undefined && line.startsWith("}")) {
      const length = index - start + 1;
      if (length > FUNCTION_LINES) faults.push({ file: path, line: start + 1, rule: `a function of ${length} lines; it stops at ${FUNCTION_LINES}: split it by meaning` });
      start = undefined;
    }
  });
  return faults;
}

/** The same text with its comments blanked, so that offsets and lines stay. Strings that hold `//` are left alone. */
export function withoutComments(text: string): string {
  const token = /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`|\/\*[\s\S]*?\*\/|\/\/[^\n]*/g;
  return text.replace(token, (found) => (found.startsWith("/") ? found.replace(/[^\n]/g, " ") : found));
}

/** Papers are read for the names of machines only. */
function paperFaults(): Fault[] {
  const ban = BANS.find(({ pattern }) => pattern.source.includes("registry"));
  const papers = walk(ROOT).filter((path) => /\.(md|json|mjs|css|html|sql|ya?ml)$/.test(path) && !path.endsWith("package-lock.json"));
  return papers.flatMap((path) => {
    const text = readFileSync(path, "utf8");
    return Array.from(text.matchAll(ban?.pattern ?? /$^/g), (match) => ({ file: relative(ROOT, path), line: lineAt(text, match.index), rule: `"${match[0]}" is banned: ${ban?.instead}` }));
  });
}

if (import.meta.main) {
  const files = readCode();
  report("tidy", [...tidyFaults(files), ...paperFaults()], files.length);
}
