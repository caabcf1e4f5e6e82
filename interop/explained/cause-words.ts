/**
 * Whether a library’s text names what really happened, by its words alone: generously. A text that speaks of a thing names every cause of that thing,
 * whether or not it was meant.
 */

interface Words {
  /** What the text speaks of. */
  readonly of: string;
  readonly words: RegExp;
  /** The corpus’ slugs that this names. */
  readonly causes: RegExp;
}

export const CAUSE_WORDS: readonly Words[] = [
  {
    of: 'the signed time, or a clock',
    words: /timestamp|stale|too (?:old|new)/i,
    causes:
      /^(?:arrived-late|sender-clock|time-zone|local-time|(?:milli|micro)seconds-for|seconds-for|timestamp-)/,
  },
  {
    of: 'a header, or a value, that is missing',
    words: /missing|was provided|required|did not have the expected type/i,
    causes:
      /-missing$|-under-another-header-name$|^(?:header|headers)-|^only-the-old-signature-came$|-sent-twice$|^redirect-turned-post|^body-lost$/,
  },
  {
    of: 'the body, which must be as it came',
    words: /raw (?:request )?body|exact request body|JSON formatting/i,
    causes:
      /^(?:body|form|final-newline|line-ends?|newlines?|charset|blanks|byte-order|tabs|unicode|letters|members|utf-8|signed-before-compression|decompressed|sender-signed-another-print)/,
  },
  {
    of: 'the form or the label of the signature',
    words: /signature version|expected scheme|no signatures? .*scheme/i,
    causes: /^signature-(?!header|under)/,
  },
];

export function namesCause(text: string, cause: string): boolean {
  return CAUSE_WORDS.some(({ words, causes }) => words.test(text) && causes.test(cause));
}
