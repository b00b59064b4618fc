import { defineProblems } from "./problems.ts";

/** Refusals that any route may answer. */
export const problem = defineProblems({
  "request.invalid": { status: 422, title: "The request has fields that cannot be accepted", fix: "Correct the fields listed under errors and send it again." },
  "request.malformed": { status: 400, title: "The request body cannot be read", fix: "Send well-formed JSON with the documented content type." },
  "request.too_large": { status: 413, title: "The request is larger than allowed", fix: "Send a smaller body or file; the limit is in the detail." },
  "request.unsupported_media_type": { status: 415, title: "This content type is not accepted here", fix: "Use the content type that the API document names for this route." },
  "request.not_found": { status: 404, title: "There is nothing at this address", fix: "Check the path and the identifier." },
  "request.rate_limited": { status: 429, title: "Too many requests", fix: "Wait for the time in Retry-After, then go on more slowly." },
  "idempotency.key_missing": { status: 400, title: "This command needs an Idempotency-Key header", fix: "Send a new unique key with each new command; repeat it only when you repeat the same command." },
  "idempotency.body_differs": { status: 422, title: "This key was used with a different request", fix: "Use a new key for a new command." },
  "idempotency.in_flight": { status: 409, title: "The same command is being carried out right now", fix: "Wait a moment and send the same request again to get its answer." },
  "session.missing": { status: 401, title: "You are not signed in", fix: "Sign in, or send a bearer token." },
  "permission.denied": { status: 403, title: "Your role does not allow this", fix: "Ask somebody whose role holds the permission named in the detail." },
  "permission.above_limit": { status: 403, title: "The amount is above your limit", fix: "Pass it to somebody with enough authority." },
  "version.missing": { status: 428, title: "This change needs an If-Match header", fix: "Read the record, then send its ETag as If-Match." },
  "version.conflict": { status: 412, title: "The record was changed meanwhile", fix: "Read it again, look at the difference and repeat your change." },
  "approval.not_found": { status: 404, title: "No such approval request", fix: "Check the identifier; it may belong to someone else." },
  "approval.already_waiting": { status: 409, title: "The same act waits for approval already", fix: "Let the open request be decided, or have it turned down first." },
  "approval.own_request": { status: 403, title: "Nobody approves their own request", fix: "Ask a second person with the permission to approve it." },
  "approval.already_decided": { status: 409, title: "The request was decided already", fix: "Look at the request to see how it was decided." },
  "approval.expired": { status: 409, title: "The request is too old to approve", fix: "Ask the maker to propose it again." },
  "approval.payload_changed": { status: 409, title: "What was approved is not what would be done", fix: "Ask the maker to propose it again." },
  "list.unknown_column": { status: 422, title: "The list has no such column for this use", fix: "Use one of the columns named in the detail." },
  "list.bad_filter": { status: 422, title: "The filter cannot be read", fix: "Write filters as column:operator:value, for instance status:eq:active." },
  "list.bad_cursor": { status: 422, title: "The cursor does not belong to this list", fix: "Start again without a cursor." },
  "service.unavailable": { status: 503, title: "The service cannot answer right now", fix: "Try again in a moment with the same idempotency key." },
});
