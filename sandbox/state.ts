import type { Journal } from "./journal.ts";
import type { Provider } from "./keys.ts";

/** Changes of a provider by name. Each refuses before it changes anything, and depends on seed, state and input alone. */
export type Operations = Readonly<Record<string, (input: never) => unknown>>;

/** Carries out one change and writes it down before anybody hears of it. */
export type Change<Ops extends Operations> = <Name extends keyof Ops & string>(name: Name, input: Parameters<Ops[Name]>[0]) => ReturnType<Ops[Name]>;

/** A change is applied first (it may refuse), then journaled, then answered. */
export function journaled<Ops extends Operations>(provider: Provider, operations: Ops, journal: () => Journal): Change<Ops> {
  return (name, input) => {
    const operation = operations[name] as (input: unknown) => ReturnType<Ops[typeof name]>;
    const result = operation(input);
    journal().append({ provider, operation: name, input });
    return result;
  };
}

/** Applies a line of the journal again. @throws RangeError the journal names an operation this version does not know */
export function replayInto(operations: Operations, name: string, input: unknown): void {
  const operation = operations[name] as ((input: unknown) => unknown) | undefined;
  if (operation === undefined) throw new RangeError(`the journal names the unknown operation ${name}`);
  operation(input);
}
