/** What reading a secret came to. */

/** Larger than any key or token, and small enough that a wrong name does no harm. */
export const MAX_SECRET_BYTES = 65_536;

export type SecretReading = ReadSecret | UnreadSecret;

export interface ReadSecret {
  readonly value: string;
  /** When it is to be read again: milliseconds since the epoch. Absent: with a reload. */
  readonly refreshAtMs?: number;
  /** What is odd about where it stands, as sentences. */
  readonly notes?: readonly string[];
}

export interface UnreadSecret {
  /** Completes “the command stripe …”. Holds nothing of the secret. */
  readonly problem: string;
  readonly remedy?: string;
}

export function isRead(reading: SecretReading): reading is ReadSecret {
  return 'value' in reading;
}

/** A text without the line end that most programs put behind it. @param has completes “the command stripe …” */
export function secretOf(bytes: Uint8Array, has: string): SecretReading {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return { problem: `${has} what is not UTF-8 text` };
  }
  return secretIn(text, has);
}

/** The same of a text. */
export function secretIn(text: string, has: string): SecretReading {
  const value = text.replace(/\r?\n$/, '');
  return value.trim() === '' ? { problem: `${has} nothing but white space` } : { value };
}

export function tooLarge(verb: string): string {
  return `${verb} more than ${MAX_SECRET_BYTES} bytes`;
}
