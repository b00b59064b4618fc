import { ApiProblem, command, newKey } from "./client.ts";

/** Stores a file and returns its id, or the refusal (wrong type, too large, unreadable). */
export async function uploadDocument(file: File, owner: { ownerKind: string; ownerId: string; purpose: string }): Promise<{ id: string | null; problem: ApiProblem | null }> {
  const form = new FormData();
  // Fields first: the server reads the form as a stream and must know the owner before the bytes.
  for (const [name, value] of Object.entries(owner)) form.append(name, value);
  form.append("file", file, file.name);
  try {
    const stored = await command<{ id: string }>("POST", "/documents", form, { key: newKey() });
    return { id: stored.body.id, problem: null };
  } catch (error) {
    if (error instanceof ApiProblem) return { id: null, problem: error };
    throw error;
  }
}
