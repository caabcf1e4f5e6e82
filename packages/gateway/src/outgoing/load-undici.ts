/** Loads undici, which only what calls others pays for: by its file, since under its bare name Bun has another of its own, without pools. */
export async function loadUndici(): Promise<typeof import('undici')> {
  return await import('undici/index.js');
}
