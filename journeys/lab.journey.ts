import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { DESKTOP, look, openStage, PHONE, type Stage } from "./support.ts";

let stage: Stage;
before(async () => { stage = await openStage(); });
after(() => stage.close());

test("a product manager tries terms in the lab and asks how a cell came about", async () => {
  const page = await stage.staff("product");
  await page.goto("/staff/product-lab?principal=100000.00&rate=24&count=12");
  await page.getByRole("heading", { name: "Product lab" }).waitFor();
  const second = page.locator("table.grid tbody tr").nth(1);
  // 100,000.00 at 2 % a month over 12 months; the second month bears 2 % of what the first left.
  await second.getByText("1,850.88").waitFor();
  await look(page, "product-lab");
  await second.getByText("1,850.88").click();
  const why = page.getByRole("dialog", { name: "How it came about" });
  await why.getByText("Formula").waitFor();
  assert.match(await why.innerText(), /92,?544\.0/, "the balance that bore it is among the inputs");
  await look(page, "product-lab-why");
  await page.keyboard.press("Escape");

  await page.getByLabel("Yearly rate, %").fill("0");
  await page.locator("dd", { hasText: "8,333.33" }).first().waitFor();
  await page.getByLabel("Yearly rate, %").fill("abc");
  await page.getByText("“abc” is no percentage.").first().waitFor();
  await page.getByLabel("Yearly rate, %").fill("24");
  await page.getByLabel("Given installment").fill("1000");
  await page.getByRole("alert").waitFor();
  await look(page, "product-lab-refused");
});

test("each kind of loan to begin from makes a schedule, on a phone too", async () => {
  const page = await stage.staff("product", { size: DESKTOP });
  await page.goto("/staff/product-lab");
  const presets = page.getByRole("group", { name: "Begin from" }).getByRole("button");
  await presets.first().waitFor();
  const names = await presets.allInnerTexts();
  assert.ok(names.length >= 14);
  for (const name of names) {
    await presets.getByText(name, { exact: true }).click();
    await page.locator("table.grid tbody tr").first().waitFor();
    await page.waitForTimeout(50);
    assert.equal(await page.getByRole("alert").count(), 0, `${name}: ${(await page.getByRole("alert").allInnerTexts()).join(" ")}`);
  }
  const phone = await stage.staff("product", { size: PHONE });
  await phone.goto("/staff/product-lab");
  await phone.locator("table.grid tbody tr").first().waitFor();
  await look(phone, "product-lab");
});
