/** Searches of events: what is asked for. */

/** All that is given must hold. */
export interface EventSearch {
  readonly gate?: string;
  readonly type?: string;
  /** Whose key proved it. */
  readonly tenant?: string;
  readonly isUnmatched?: boolean;
  /** An id, or how it begins: then events are in the order of their ids. */
  readonly id?: string;
  /** `refused`: the gate monitored, and let it through. */
  readonly verdict?: 'accepted' | 'refused' | 'unsigned';
  /** Why its gate would have refused it. */
  readonly reason?: string;
  /** Milliseconds since the epoch; with one of the two events are in the order of their receipt. */
  readonly sinceMs?: number;
  /** Before then. */
  readonly untilMs?: number;
  /** An event may have a header of that name; its value, as a byte string. Whoever asks looks at the event. */
  readonly header?: { readonly name: string; readonly value?: string };
  /** A body of JSON may have a member of that value. The same. */
  readonly memberValue?: string;
  /** Gates whose events all count as having that value: what the store looked into would show in where a search ends. */
  readonly masked?: readonly string[];
  readonly words?: WordSearch;
}

export interface WordSearch {
  /** As an operator writes it: words, and "phrases" in quotes. */
  readonly text: string;
  /** Whose events are looked at. */
  readonly gates: readonly string[];
}

export interface EventSearchOptions extends EventSearch {
  /** Goes on behind the event with this id, which need not exist any more. */
  readonly before?: string;
  /** From 1 to 1,000. */
  readonly limit: number;
}
