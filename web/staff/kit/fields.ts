/** The parameters of the current address, for screens that need one of them. */
import { useParams } from "@tanstack/react-router";

export function useParam(name: string): string {
  const params: Record<string, string | undefined> = useParams({ strict: false });
  return params[name] ?? "";
}
