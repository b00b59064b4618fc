import type { ProblemDefinition } from "#kernel/problems.ts";

/**
 * The reference page of refusals: what each means and what its reader can do, by the module that answers it.
 *
 * @param owners  code → module, or "any route" for those of the kernel
 */
export function problemsPage(problems: ReadonlyMap<string, ProblemDefinition>, owners: ReadonlyMap<string, string>): string {
  const groups = Map.groupBy(problems, ([code]) => owners.get(code) ?? "any route");
  const names = [...groups.keys()].toSorted((a, b) => (a === "any route" ? -1 : b === "any route" ? 1 : a < b ? -1 : 1));
  const sections = names.map((name) => {
    const rows = (groups.get(name) ?? []).toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([code, { status, title, fix }]) => `| \`${code}\` | ${status} | ${cell(title)} | ${cell(fix)} |`);
    return `## ${name[0]?.toUpperCase()}${name.slice(1)}\n\n| code | status | meaning | what to do |\n| --- | --- | --- | --- |\n${rows.join("\n")}\n`;
  });
  return `# Problems

Made from the code by \`npm run docs\`; do not edit. Every refusal is answered as \`application/problem+json\` (RFC 9457): \`code\` is for
programs and never changes, \`detail\` is for people, and \`errors\` names each field that was refused. A code is one of those below.

${sections.join("\n")}`;
}

const cell = (text: string) => text.replaceAll("|", "\\|");
