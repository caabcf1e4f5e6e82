/** @param ms since the epoch */
export function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}

/** @param text as the route's field has judged it; undefined where nothing is given */
export function timeMs(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Date.parse(text);
}
