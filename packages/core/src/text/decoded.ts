/** A percent-encoded text decoded where it decodes, as bytes of UTF-8; else as it is. */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
