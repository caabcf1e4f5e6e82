/** A word of a line for a POSIX shell. */

/** Quoted where a shell could read it otherwise. */
export function shellWord(text: string): string {
  return /^[A-Za-z0-9_\-./:=@%+,]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
