/** What a person writes in place of numbers, times and flags. */

/** A number of something with its unit: `250ms`, `10s`, `5m`, `24h`, `7d`. */
export type DurationText = string;
/** A size with its unit: `64KiB`, `512KB`, `1MB`. KB and KiB are both 1,024 bytes. */
export type SizeText = string;
/**
 * A date (`2027-01-01`, at midnight UTC) or a date and time with its offset (`2027-01-01T08:00:00Z`).
 */
export type DateText = string;
/** A number, or the text of one: what `${env:NAME}` gives is text. */
export type NumberInput = number | string;
/** True or false, or the text of one. */
export type BooleanInput = boolean | 'true' | 'false';
