/** Hindi for the server's codes in the words of `humanise`: states, kinds, outcomes, roles of an account. */
export default {
} as Readonly<Record<string, string>>;
