/** What programs of this process print meanwhile. */
const METHODS = ['log', 'info', 'debug', 'warn', 'error'] as const;

export interface Heard {
  /** By `console.log`: in the docs’ programs, what their handlers do. */
  readonly printed: readonly string[];
  /** By the other ways. */
  readonly complaints: readonly string[];
}

/** The result, and what was printed until then and one turn of the event loop longer. */
export async function hear<T>(run: () => Promise<T>): Promise<Heard & { readonly value: T }> {
  const printed: string[] = [];
  const complaints: string[] = [];
  const before = METHODS.map((method) => console[method]);
  for (const method of METHODS) {
    const lines = method === 'log' ? printed : complaints;
    console[method] = (...values: readonly unknown[]) => void lines.push(values.map(textOf).join(' '));
  }
  try {
    const value = await run();
    await new Promise((turned) => setImmediate(turned));
    return { value, printed, complaints };
  } finally {
    for (const [at, method] of METHODS.entries()) console[method] = before[at] as () => void;
  }
}

function textOf(value: unknown): string {
  return value instanceof Error ? value.message : String(value);
}
