import { defineProblems } from "#kernel/problems.ts";

/** What documents refuses. */
export const problem = defineProblems({
  "document.type_not_allowed": { status: 415, title: "This kind of file is not accepted", fix: "Send a PDF, or a photo as JPEG, PNG or HEIC. The content decides, not the name." },
  "document.empty": { status: 422, title: "The file is empty", fix: "Choose the file again and send it." },
  "document.unreadable_image": { status: 422, title: "The picture cannot be read", fix: "Take the photo again, or save it as JPEG." },
  "document.password_protected": { status: 422, title: "The PDF is locked with a password", fix: "Open it with its password, save or print it as a new PDF without one, and send that. A photo of each page is fine too." },
  "document.too_many_pixels": { status: 422, title: "The picture is too large", fix: "Send a picture of at most 50 megapixels." },
  "document.file_missing": { status: 422, title: "There is no file in the request", fix: "Send multipart/form-data with one part named file." },
  "document.not_found": { status: 404, title: "No such document", fix: "Check the identifier." },
  "document.erased": { status: 409, title: "The document was erased", fix: "Its content is gone for good; only the record of it is left." },
  "document.already_reviewed": { status: 409, title: "The document was reviewed already", fix: "Look at the decision; ask for a new document if it is wrong." },
  "document.reason_missing": { status: 422, title: "A refusal needs a reason", fix: "Say what the borrower should send instead." },
});
