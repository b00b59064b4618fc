import { applicant, look, type Page, type Stage } from "./support.ts";

export type Applicant = ReturnType<typeof applicant>;

/** From the cost of a loan to the application handed in, as a person would, on the borrower's own pages. */
export async function applyAsBorrower(stage: Stage, page: Page, person: Applicant, options: { readonly pictures?: boolean } = {}): Promise<void> {
  const picture = async (name: string) => (options.pictures === true ? look(page, name) : undefined);
  await page.goto("/?lender=bharat");
  await page.getByText("You pay back in all").waitFor();
  await picture("b1-eligibility");
  await page.getByRole("button", { name: "Apply for this loan" }).click();
  await page.getByLabel("Mobile number or e-mail").fill(person.phone);
  await picture("b2-sign-in");
  await page.getByRole("button", { name: "Send me a code" }).click();
  await page.getByLabel("Six digits").fill(await stage.code(person.phone));
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.getByRole("heading", { name: "Your application" }).waitFor();
  await picture("b2-tasks");
  await page.getByRole("button", { name: "Continue" }).click();
  await fillForm(page, person, picture);
  await page.getByRole("heading", { name: "Check your answers" }).waitFor();
  for (const box of await page.getByRole("checkbox").all()) await box.check();
  await picture("b2-check-answers");
  await page.getByRole("button", { name: "Hand in the application" }).click();
  await page.getByRole("list", { name: "Progress" }).waitFor();
}

/** Every page of the product's form, as far as the last one saved. */
export async function fillForm(page: Page, person: Applicant, picture: (name: string) => Promise<void>): Promise<void> {
  const next = async (heading: string) => {
    await page.getByRole("button", { name: "Save and continue" }).click();
    await page.getByRole("heading", { name: heading }).waitFor();
  };
  // A list of up to six is shown as buttons to choose from, a longer one as a box.
  const answer = async (label: string, option: string) => {
    const group = page.getByRole("group", { name: label });
    if ((await group.count()) > 0) await group.getByLabel(option).check();
    else await page.getByLabel(label).selectOption({ label: option });
  };
  await page.getByLabel("Given names").fill(person.givenName);
  await page.getByLabel("Family name").fill(person.familyName);
  await page.getByLabel("Date of birth").fill("1990-05-17");
  await page.getByLabel("PAN").fill(person.pan);
  await picture("b2-about");
  await next("How we reach you");
  await page.getByLabel("Mobile number").fill(person.phone);
  await page.getByLabel("E-mail").fill(`asha.${person.pan.toLowerCase()}@example.org`);
  await page.getByLabel("House and street").fill("14 MG Road");
  await page.getByLabel("City").fill("Pune");
  await page.getByLabel("State").fill("Maharashtra");
  await page.getByLabel("Postal code").fill("411001");
  await page.getByLabel("Years at this address").fill("6");
  await picture("b2-contact");
  await next("Work and income");
  await answer("Kind of work", person.steady ? "Skilled or office work" : "Casual work, moving");
  await answer("In this work since", person.steady ? "7 years or more" : "Not employed");
  await page.getByLabel("Income a month").fill("85k");
  await page.getByLabel("Loan payments you make each month").fill("0");
  await picture("b2-work");
  await next("Home and savings");
  await answer("Your home", "My own home");
  await answer("Your bank account", "Good balance or salary account");
  await answer("Savings", person.steady ? "Large" : "None or not told");
  await answer("What you own", "House or land");
  await next("Other loans");
  await answer("Your earlier loans", person.steady ? "All loans here paid on time" : "Paid late in the past");
  await answer("Buying on installments", "None");
  await page.getByLabel("Running loans").fill("0");
  await next("The loan");
  await answer("What is it for", "Home repairs");
  await page.getByLabel(/Account to pay into/).fill(person.account);
  await page.getByRole("button", { name: "Save and continue" }).click();
}
