import assert from "node:assert/strict";
import { test } from "node:test";
import { usesOf, webPathFaults } from "./web-paths.ts";

const document = { paths: { "/v1/loan-accounts": { get: {} }, "/v1/loan-accounts/{id}/repayments": { post: {} } } };
const faultsOf = (text: string) => webPathFaults([{ path: "web/staff/loan.tsx", text }], document).map(({ rule }) => rule);

test("routes are found in calls and elements, whatever types, conditions and values stand around them", () => {
  const text = [
    'const a = useGet<PageOf<Static<typeof Item>>>("/branches", { limit: 200 });',
    "const b = useCommand<object, { id: string }>(`/loans/${loan?.id ?? \"\"}/clone`, { onDone: () => go(`/x/1`) });",
    'const c = useGet(signedIn ? "/lender" : null);',
    'const d = useGet(slug === "" ? null : `/lenders/${slug}`);',
    '<DataTable path="/users" list="identity.users" open={(r) => `/users/${r.id}`} />',
    "<CommandForm path={`/entries/${id}/reversals`} />",
    'await command("POST", "/sign-outs", {});',
  ].join("\n");
  assert.deepEqual(usesOf(text).toSorted((a, b) => a.line - b.line).map(({ path, reads }) => `${reads ? "read" : "write"} ${path}`), [
    "read /branches", "write /loans/{}/clone", "read /lender", "read /lenders/{}", "read /users", "write /entries/{}/reversals", "write /sign-outs",
  ]);
});

test("a route that the server has passes", () => {
  assert.deepEqual(faultsOf('useGet("/loan-accounts"); useCommand(`/loan-accounts/${id}/repayments`);'), []);
});

test("a route that the server lacks, or offers only the other way, is refused", () => {
  assert.match(faultsOf('useGet("/loans")').join(), /no route \/v1\/loans/);
  assert.match(faultsOf('useCommand("/loan-accounts")').join(), /is written here, and the server only offers get/);
  assert.match(faultsOf("useGet(`/loan-accounts/${id}/repayments`)").join(), /is read here, and the server only offers post/);
});
