/** Headers that an HTTP client sets itself, whatever it is told, or never sends (Node’s fetch has no `__proto__`): a program cannot sign what it does not know. */

const SET_BY_CLIENTS: ReadonlySet<string> = new Set([
  '__proto__',
  'accept-encoding',
  'connection',
  'expect',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** @param name in lower case */
export function isSetByClient(name: string): boolean {
  return SET_BY_CLIENTS.has(name);
}
