import { after, before, test } from "node:test";
import { generateLoans } from "#app/generate/portfolio.ts";
import { look, openStage, PHONE, type Stage } from "./support.ts";

let stage: Stage;
before(async () => {
  stage = await openStage();
  await generateLoans(stage.services, { loans: 300, seed: 3 });
});
after(() => stage.close());

test("a finance officer reckons provisions, another one posts them, and the loans behind a figure are seen", async () => {
  const page = await stage.staff("finance");
  await page.goto("/staff/provisions");
  await page.getByRole("button", { name: "Reckon now…" }).click();
  await page.getByLabel("Policy").selectOption({ label: "Ind AS 109, expected credit loss" });
  await page.getByRole("button", { name: "Reckon", exact: true }).click();
  await page.getByRole("heading", { name: "By stage", exact: true }).waitFor();
  await look(page, "f4-run");
  await page.getByRole("button", { name: "Ask to post" }).click();
  await page.getByText("A second person must agree").waitFor();

  const second = await stage.staff("finance2");
  await second.goto("/staff/approvals");
  await second.getByRole("row", { name: /Provisions of/ }).getByRole("button", { name: "Decide" }).click();
  await second.getByRole("button", { name: "Approve", exact: true }).click();
  await second.getByRole("dialog").waitFor({ state: "detached" });
  await page.goto("/staff/provisions");
  await page.getByRole("cell", { name: "Posted" }).waitFor();
  await page.goto("/staff/ledger");
  await page.getByText("Provision for loan losses").first().waitFor();
  await look(page, "f4-books");
  const phone = await stage.staff("finance", { size: PHONE, scheme: "dark" });
  await phone.goto("/staff/provisions");
  await phone.getByText("ind-as-109").first().waitFor();
  await look(phone, "f4-runs-dark");
});
