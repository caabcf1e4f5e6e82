/** The key that a sender hands over when it tests the address of a gate. */
import { plain } from '../ui/visible-text.ts';

export const HANDED_KEY = {
  title: 'Key from the sender',
  lead: 'When this sender tests the address, it hands over the key that it signs with. The test itself is not signed, and anyone who knows the address can send one, so the gate takes a key only after an administrator has opened it for one.',
  states: { closed: 'takes no key', open: 'waits for a key', taken: 'key received' },
  says: {
    closed: () => 'The gate takes no key. Open it shortly before the address is registered at the sender.',
    open: () =>
      'The gate takes the next key that is handed over, and no other after it. Register the address at the sender now.',
    taken: (key: string) =>
      plain`${key} was handed over. It is in the list below, and the gate takes no other key.`,
  },
  until: 'Open until',
  stranger:
    'If the sender reports that its test failed, this may be someone else’s key: revoke it, and open the gate again.',
  noStoreKey:
    'The gate can take no key yet: it would be stored encrypted, which needs a storeKey in the configuration.',
  open: {
    button: 'Open for a key …',
    title: (gate: string) => plain`Open ${gate} for a key`,
    text: 'The gate takes the first key that is handed over in this time, whoever sends it, and no other after it. Keys that it already has stay as they are.',
    forgets: (key: string) => plain`${key} can then no longer be shown.`,
    minutes: 'Minutes',
    minutesHint: (most: number) => `Up to ${most}. Whoever knows the address can send a key: keep it short.`,
    confirm: 'Open for a key',
  },
  close: {
    button: 'Close …',
    title: (gate: string) => plain`Close ${gate} for keys`,
    text: 'A key that is handed over from now on is refused, until somebody opens the gate for one again. Other requests are not affected.',
    confirm: 'Close',
  },
  reveal: {
    button: 'Show the key …',
    title: (gate: string) => plain`Show the key of ${gate}`,
    text: 'Some senders, such as Notion, want their key entered again. It is shown once, and not after the time for which the gate was opened. The audit log records that you have seen it.',
    confirm: 'Show the key',
    shown: (key: string) => plain`The secret of ${key}, shown once`,
    lead: 'Enter it at the sender if it asks for it. It is not shown again.',
    hide: 'Hide it',
  },
  missing:
    'The gate has no key yet, and refuses every request. Shortly before the address is registered at the sender,',
  setUp: 'The sender hands over its key when it tests the address. Before you enter the address there,',
  link: 'open the gate for a key',
} as const;
