import { defineProblems } from "#kernel/problems.ts";

export const problem = defineProblems({
  "sign_in.refused": { status: 401, title: "The sign-in was refused", fix: "Check what you typed; after several wrong tries wait until the time in the detail." },
  "sign_in.second_factor_needed": { status: 401, title: "A code from your authenticator is needed", fix: "Send the six digits your authenticator shows now as totpCode." },
  "sign_in.code_refused": { status: 401, title: "The one-time code was refused", fix: "Ask for a new code; each is good once, for ten minutes." },
  "sign_in.too_many_codes": { status: 429, title: "Too many codes were asked for", fix: "Wait ten minutes and ask for one more." },
  "user.not_found": { status: 404, title: "No such user", fix: "Check the identifier." },
  "user.email_taken": { status: 409, title: "Another user has this e-mail address", fix: "Use another address or change the existing user." },
  "user.toxic_roles": { status: 422, title: "These roles may not be held by one person", fix: "Give one of the two roles to somebody else." },
  "user.password_too_weak": { status: 422, title: "The password is too short or too common", fix: "Use at least 15 characters, or 8 with an authenticator, and no common word." },
  "user.own_rights": { status: 403, title: "Nobody changes their own rights", fix: "Ask another administrator." },
  "branch.code_taken": { status: 409, title: "Another branch has this code", fix: "Choose another code." },
  "client.not_found": { status: 404, title: "No such API client, or it is stopped", fix: "Check the identifier." },
  "view.not_found": { status: 404, title: "No such saved view", fix: "Check the identifier." },
});
