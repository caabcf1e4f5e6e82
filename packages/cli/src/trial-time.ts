/**
 * How long trials may take where a person waits: a process that has just started needs 260 ms of a processor for all of them, and one of a busy machine gets
 * a tenth of it.
 */
export const TRIAL_MS = 2_000;
