import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach } from "node:test";
import { AxeBuilder } from "@axe-core/playwright";
import { chromium, type Browser, type BrowserContext, type Page, type Request } from "playwright-core";
import { startPlatform } from "#app/platform.ts";
import type { Services } from "#kernel/context.ts";
import { DEMO_PASSWORD } from "#app/seed.ts";
import { removePostgres } from "#kernel/postgres.ts";

export type { Page };

export const PHONE = { width: 360, height: 740 } as const;
export const DESKTOP = { width: 1280, height: 800 } as const;
const SHOTS = join(import.meta.dirname, "../.test-output/screenshots");
const BROWSERS = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome", "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"];

/** A whole installation of its own and a browser to use it with. */
export interface Stage {
  readonly url: string;
  readonly sandboxUrl: string;
  /** The installation's own hands, to prepare what no person would do by hand. */
  readonly services: Services;
  /** A fresh visitor. */
  visitor(look?: { size?: typeof PHONE | typeof DESKTOP; scheme?: "light" | "dark"; language?: "en" | "hi"; lender?: string }): Promise<Page>;
  /** A member of staff, signed in through the console's own page. */
  staff(login: string, look?: Parameters<Stage["visitor"]>[0]): Promise<Page>;
  /** The newest six digits that were sent to an address. */
  code(address: string): Promise<string>;
  close(): Promise<void>;
}

const contexts: BrowserContext[] = [];

// What a person would have seen when a step failed, since the step's own message names only what it waited for.
afterEach(async (test) => {
  if (!("passed" in test) || test.passed) return;
  for (const [n, page] of contexts.flatMap((context) => context.pages()).entries()) {
    await page.screenshot({ path: join(SHOTS, `failed-${test.name.replace(/\W+/g, "-").slice(0, 60)}-${n}.png`), fullPage: true }).catch(() => undefined);
    const text = await page.locator("body").innerText({ timeout: 5_000 }).catch((error: unknown) => String(error));
    console.error(`\n${test.name} left ${page.url()}:\n${text.replace(/\n+/g, " | ").slice(0, 3_000)}`);
  }
});

/** Starts database, stand-ins, API, worker and browser on a folder of their own; `prepare` may put an installation with a past into it first. */
export async function openStage(prepare: (dataDir: string) => void = () => undefined): Promise<Stage> {
  const executablePath = BROWSERS.find((path) => existsSync(path));
  assert.ok(executablePath !== undefined, "no Chromium found: apt-get install chromium");
  mkdirSync(SHOTS, { recursive: true });
  const dataDir = mkdtempSync(join(tmpdir(), "loanwright-journey-"));
  prepare(dataDir);
  const platform = await startPlatform({ dataDir, logLevel: "error" });
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
  const visitor: Stage["visitor"] = (look = {}) => openPage(browser, platform.url, look);
  return {
    url: platform.url, sandboxUrl: platform.sandboxUrl, services: platform.services, visitor,
    staff: async (login, look = {}) => {
      const page = await visitor({ size: DESKTOP, ...look });
      const lender = look.lender ?? "bharat";
      await page.goto("/staff/");
      const { lender: atLender, email, password, signIn } = SIGN_IN[look.language ?? "en"];
      await page.getByLabel(atLender).fill(lender);
      await page.getByLabel(email).fill(`${login}@${lender}.example`);
      await page.getByLabel(password, { exact: false }).first().fill(DEMO_PASSWORD);
      await page.getByRole("button", { name: signIn, exact: true }).click();
      await page.locator("#content").waitFor();
      return page;
    },
    code: (address) => newestCode(platform.sandboxUrl, address),
    close: async () => {
      await browser.close();
      await platform.close();
      // The cluster itself may lie outside of the folder, where its own user can read it.
      await removePostgres(join(dataDir, "postgres"));
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** What the fields of the sign-in are called. */
const SIGN_IN = {
  en: { lender: "Lender", email: "E-mail", password: "Password", signIn: "Sign in" },
  hi: { lender: "ऋणदाता", email: "ई-मेल", password: "पासवर्ड", signIn: "साइन इन" },
} as const;

async function openPage(browser: Browser, baseURL: string, { size = PHONE, scheme = "light", language = "en", lender = "bharat" }: NonNullable<Parameters<Stage["visitor"]>[0]>): Promise<Page> {
  const context = await browser.newContext({ baseURL, viewport: size, colorScheme: scheme, locale: "en-IN", reducedMotion: "reduce" });
  contexts.push(context);
  context.on("close", () => contexts.splice(contexts.indexOf(context), 1));
  await context.addInitScript(([chosen, slug]) => {
    localStorage.setItem("lw.language", chosen ?? "en");
    if (localStorage.getItem("lw.lender") === null) localStorage.setItem("lw.lender", slug ?? "");
  }, [language, lender]);
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  const open = new Set<Request>();
  underWay.set(page, open);
  page.on("request", (request) => open.add(request));
  page.on("requestfinished", (request) => open.delete(request));
  page.on("requestfailed", (request) => open.delete(request));
  page.on("pageerror", (error) => assert.fail(`the page threw: ${error.message}`));
  return page;
}

const used = new Set<string>();

/** A code is used once, so the newest one not used yet is the one that was asked for. */
async function newestCode(sandboxUrl: string, address: string): Promise<string> {
  for (let attempt = 0; attempt < 50; attempt++) {
    const inbox = await (await fetch(`${sandboxUrl}/inbox?to=${encodeURIComponent(address)}`)).text();
    const texts = [...inbox.matchAll(/<pre>([^<]*)<\/pre>/g)].map((match) => match[1] ?? "").filter((text) => text.includes("code"));
    const code = texts.map((text) => /\b\d{6}\b/.exec(text)?.[0] ?? "").find((each) => each !== "" && !used.has(each));
    if (code !== undefined) {
      used.add(code);
      return code;
    }
    await new Promise((done) => setTimeout(done, 100));
  }
  return assert.fail(`no code was sent to ${address}`);
}

/** The requests that each page waits for. */
const underWay = new WeakMap<Page, Set<Request>>();

/** Waits until a page has had nothing to ask for during a tenth of a second, and says so itself. */
async function quiet(page: Page): Promise<void> {
  const open = underWay.get(page) ?? new Set();
  for (let calm = 0, tries = 0; calm < 4; tries++) {
    assert.ok(tries < 1_200, `${page.url()} still waits for ${[...open].map((request) => request.url()).join(", ")}`);
    calm = open.size === 0 && await page.locator("[aria-busy=true]").count() === 0 ? calm + 1 : 0;
    await page.waitForTimeout(25);
  }
}

/** Keeps a picture and refuses serious faults of accessibility and anything wider than the screen. */
export async function look(page: Page, name: string): Promise<void> {
  const { width } = page.viewportSize() ?? DESKTOP;
  await quiet(page);
  await page.screenshot({ path: join(SHOTS, `${name}-${width}.png`), fullPage: true });
  // In one go: without it the findings are put together in a second page, which takes twice as long as finding them.
  const { violations } = await new AxeBuilder({ page }).options({ resultTypes: ["violations"] }).setLegacyMode(true).analyze();
  const serious = violations.filter((v) => v.impact === "serious" || v.impact === "critical");
  assert.deepEqual(serious.map((v) => `${v.id}: ${v.nodes.map((n) => n.target.join(" ")).join(", ")}`), [], `${name} at ${width} has serious faults of accessibility`);
  const beyond = await page.evaluate<number>("document.documentElement.scrollWidth - innerWidth");
  assert.ok(beyond <= 0, `${name} at ${width} is ${beyond} px wider than the screen`);
}

let serial = 0;

/** A made-up applicant of the Indian lender with a good bureau file; each is somebody else. One who is not steady has an account that the
 * bank does not know (the sandbox's ending 0001) and is referred to a person. */
export function applicant(steady = true): { readonly steady: boolean; readonly givenName: string; readonly familyName: string; readonly phone: string; readonly pan: string; readonly account: string } {
  serial += 1;
  // Endings below 0100 are the sandbox's magic values.
  const n = String(4000 + serial);
  return { steady, givenName: "Asha", familyName: "Prime", phone: `+9198200${String(14_000 + serial)}`, pan: `ABCPA${n}K`, account: steady ? `HDFC0001234/5010012${String(344_000 + serial)}` : "HDFC0001234/50100120000001" };
}
