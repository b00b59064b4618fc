import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { DESKTOP, PHONE, look, openStage, type Page, type Stage } from "./support.ts";

/** What is around every screen of the console: keys, palette, appearance, language, long work. */
describe("the console's shell", { concurrency: false }, () => {
  let stage: Stage;
  let page: Page;
  before(async () => {
    stage = await openStage();
    page = await stage.staff("operations");
  });
  after(async () => stage?.close());

  it("the palette goes to places, does what the screen can, and finds by id", async () => {
    await page.keyboard.press("Control+k");
    const palette = page.getByRole("combobox", { name: "Command palette" });
    await palette.fill("payo");
    await page.getByRole("option", { name: /Payouts/ }).waitFor();
    await look(page, "shell-palette");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Payouts", level: 1 }).waitFor();
    await page.keyboard.press("Control+k");
    await palette.fill(">search");
    await page.getByRole("option", { name: /Search this list/ }).click();
    await page.locator("[data-list-search]:focus").waitFor();
    await page.keyboard.press("Escape");
    await page.keyboard.press("Control+k");
    await palette.fill("#la_0nothing");
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/staff\/loans\/la_0nothing/);
  });

  it("a question mark shows the keys of this screen, and letters go to places", async () => {
    await page.goto("/staff/payouts");
    await page.getByRole("heading", { name: "Payouts", level: 1 }).waitFor();
    await page.locator("main").click({ position: { x: 5, y: 5 } });
    await page.keyboard.press("?");
    const overlay = page.getByRole("dialog", { name: "Keyboard shortcuts" });
    await overlay.getByText("Search this list").waitFor();
    await look(page, "shell-keys");
    await page.keyboard.press("Escape");
    await page.keyboard.press("g");
    await page.keyboard.press("e");
    await page.getByRole("heading", { name: "End of day", level: 1 }).waitFor();
  });

  it("end of day and an export are seen in the jobs tray, after a reload too, and the file is fetched", async () => {
    const businessDate = (await (await page.request.get("/v1/lender")).json() as { businessDate: string }).businessDate;
    assert.equal((await page.request.post("/v1/end-of-day/runs", { data: { date: businessDate } })).status(), 200);
    const ordered = await page.request.post("/v1/exports", { data: { list: "listLedgerAccounts" }, headers: { "idempotency-key": "journey-export-1" } });
    assert.equal(ordered.status(), 202);
    const csv = { name: "walk-ins.csv", mimeType: "text/csv", buffer: Buffer.from("productCode,amount,termMonths\npersonal-loan,abc,twelve\n") };
    assert.equal((await page.request.post("/v1/application-imports", { multipart: { file: csv } })).status(), 200);
    await page.reload();
    await page.getByRole("button", { name: /^Jobs|running/ }).click();
    const tray = page.getByRole("dialog", { name: "Jobs" });
    await tray.getByText(`End of day ${businessDate}`).waitFor();
    await tray.getByRole("link", { name: "Download" }).waitFor({ timeout: 15_000 });
    await tray.getByText("Why they failed").click();
    await tray.getByText("Write an amount of INR as a plain number.").waitFor();
    await look(page, "shell-jobs");
    const [file] = await Promise.all([page.waitForEvent("download"), tray.getByRole("link", { name: "Download" }).click()]);
    assert.equal(file.suggestedFilename(), "listLedgerAccounts.csv");
    await page.keyboard.press("Escape");
  });

  it("appearance, rows and language change at once and are kept", async () => {
    const panel = () => page.getByRole("button", { name: /language, appearance/ }).click();
    await panel();
    await page.getByLabel("Dark").check();
    await page.getByLabel("Roomy").check();
    await look(page, "shell-dark");
    await page.reload();
    await page.locator("#content").waitFor();
    assert.deepEqual(await page.evaluate("[document.documentElement.dataset.mantineColorScheme, document.documentElement.dataset.density]"), ["dark", "roomy"]);
    await panel();
    await page.getByLabel("As the system").check();
    await page.emulateMedia({ colorScheme: "light" });
    assert.equal(await page.evaluate("document.documentElement.dataset.mantineColorScheme"), "light");
    await page.getByLabel("हिन्दी").click();
    await page.getByRole("dialog").getByText("रूप", { exact: true }).waitFor();
    assert.match(await page.getByRole("dialog").innerText(), /भाषा[\s\S]*रूप[\s\S]*पंक्तियाँ/);
    await page.keyboard.press("Escape");
    await look(page, "shell-hindi");
    const english = await page.locator(".shell-head, .rail").evaluateAll((parts) => (parts as { innerText: string }[]).flatMap((part) => part.innerText.split("\n")).filter((line) => /^[A-Za-z][A-Za-z -]{2,}$/.test(line.trim())));
    assert.deepEqual(english.filter((line) => !["Loanwright", "Bharat Finance", "Ctrl K", "LF"].includes(line.trim())), [], "the shell is whole in Hindi");
    await page.setViewportSize(PHONE);
    await page.getByRole("button", { name: "मेन्यू" }).click();
    await look(page, "shell-hindi-menu");
    await page.setViewportSize(DESKTOP);
  });
});
