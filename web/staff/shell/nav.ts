/** The rail by job, each place with the permission its first query needs and the letter after g. */
export interface Place { readonly to: string; readonly label: string; readonly permission: string; readonly letter?: string; readonly half?: "origination" | "servicing" }

export const NAV: readonly { readonly title: string; readonly places: readonly Place[] }[] = [
  { title: "Originate", places: [
    { to: "/", label: "My work", permission: "identity.profile.read", letter: "h" },
    { to: "/applications", label: "Applications", permission: "application.case.read", letter: "a", half: "origination" },
    { to: "/applications/new", label: "New application", permission: "application.case.create", letter: "n", half: "origination" },
    { to: "/underwriting", label: "Underwriting queue", permission: "application.decision.make", letter: "u", half: "origination" },
    { to: "/funding", label: "Funding", permission: "application.case.read", letter: "f", half: "origination" },
  ] },
  { title: "Service", places: [
    { to: "/loans", label: "Loans", permission: "loan.account.read", letter: "l", half: "servicing" },
    { to: "/parties", label: "People", permission: "party.record.read", letter: "p" },
    { to: "/collections", label: "Collections", permission: "collections.case.read", letter: "c", half: "servicing" },
  ] },
  { title: "Money", places: [
    { to: "/bank", label: "Bank matching", permission: "payment.order.read", letter: "b" },
    { to: "/payouts", label: "Payouts", permission: "payment.order.read", letter: "o" },
    { to: "/ledger/cash", label: "Cash and bank", permission: "ledger.entry.read" },
    { to: "/ledger", label: "Trial balance", permission: "ledger.entry.read", letter: "t" },
    { to: "/ledger/journal", label: "Journal", permission: "ledger.entry.read", letter: "j" },
    { to: "/ledger/statements", label: "Financial statements", permission: "ledger.entry.read" },
    { to: "/ledger/currencies", label: "Currencies", permission: "ledger.entry.read" },
    { to: "/ledger/close", label: "Close desk", permission: "ledger.entry.read" },
    { to: "/partners", label: "Partners", permission: "partner.record.read", half: "servicing" },
  ] },
  { title: "Control", places: [
    { to: "/approvals", label: "Approvals", permission: "approval.request.read", letter: "v" },
    { to: "/end-of-day", label: "End of day", permission: "eod.run.read", letter: "e" },
    { to: "/provisions", label: "Provisions", permission: "provision.run.read", half: "servicing" },
    { to: "/reports", label: "Regulatory reports", permission: "report.regulatory.read" },
    { to: "/portfolio", label: "Portfolio", permission: "report.portfolio.read", letter: "r" },
    { to: "/audit", label: "Audit", permission: "audit.record.read", letter: "d" },
    { to: "/time-machine", label: "Time machine", permission: "loan.account.read", half: "servicing" },
  ] },
  { title: "Set up", places: [
    { to: "/products", label: "Products", permission: "product.version.read", letter: "s" },
    { to: "/product-lab", label: "Product lab", permission: "product.version.read" },
    { to: "/index-rates", label: "Index rates", permission: "rate.fixing.read", half: "servicing" },
    { to: "/users", label: "Users", permission: "identity.user.read", letter: "m" },
    { to: "/security", label: "Your sign-in", permission: "identity.profile.read" },
    { to: "/clock", label: "Sandbox clock", permission: "sandbox.clock.advance", letter: "k" },
  ] },
];
