/** Numbers below a bound that look like chance and are the same each time. @source linear congruence of Numerical Recipes */
export function randomFrom(seed: number): (below: number) => number {
  let state = (seed * 2_654_435_761) % 4_294_967_296;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 4_294_967_296) * below);
  };
}

/** A short digest of anything that is JSON. @source FNV-1a, 53 bits of two 32-bit halves */
export function digest(value: unknown): string {
  const text = JSON.stringify(value);
  let [a, b] = [2_166_136_261, 5_381];
  for (let i = 0; i < text.length; i++) {
    a = Math.imul(a ^ text.charCodeAt(i), 16_777_619);
    b = Math.imul(b, 33) ^ text.charCodeAt(i);
  }
  return ((a >>> 0).toString(36) + (b >>> 0).toString(36)).slice(0, 11);
}
