/** The two functions that every contract suite asks of a test runner: Vitest, Jest, Mocha, node:test, Bun, Deno. */
export interface TestFunctions {
  readonly describe: (name: string, body: () => void) => unknown;
  readonly it: (name: string, body: () => Promise<void>) => unknown;
}
