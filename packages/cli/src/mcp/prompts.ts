/** Questions that an agent’s user can choose: each is asked with what the gateway answers now. */
import type { AdminApi, InputOf } from '@countersign/api';

/** A route that reads, and what it is asked. */
export type PromptSource = {
  readonly [Name in keyof AdminApi]: { readonly route: Name; readonly input: InputOf<AdminApi[Name]> };
}[keyof AdminApi];

export interface PromptArgument {
  readonly name: string;
  readonly description: string;
  readonly required: boolean;
}

export interface Prompt {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly arguments: readonly PromptArgument[];
  /** What stands with it; every route is one of the tools that are always offered. */
  readonly sources: (values: PromptValues) => readonly PromptSource[];
  readonly question: (values: PromptValues) => string;
}

/** By the argument’s name. */
export type PromptValues = Readonly<Record<string, string>>;

/** Of a value: names of gates and ids are not longer. */
export const MAX_VALUE_CHARS = 200;

const GATE = 'the name of a gate, as `gates` lists it';

export const PROMPTS: readonly Prompt[] = [
  {
    name: 'why-refused',
    title: 'Why was this refused?',
    description: 'The cause of a gate’s refused requests, and what to do about each',
    arguments: [{ name: 'gate', description: GATE, required: true }],
    sources: ({ gate }) => [
      { route: 'issues', input: { gate, limit: 20 } },
      { route: 'refused', input: { gate, limit: 20 } },
    ],
    question: ({ gate = '' }) =>
      `Why does the gate ${quoted(gate)} refuse requests? Below are its issues, with the likely causes that the gateway has found, and the requests that it refused last. Tell each cause apart: how many requests, since when, whether the sender or the gate is to be changed, and what exactly to change. If a request is at hand as a curl line or raw HTTP, ask the tool \`explain\`.`,
  },
  {
    name: 'what-changed-today',
    title: 'What changed today?',
    description: 'What fails, what waits and what is new since yesterday',
    arguments: [],
    sources: () => [
      { route: 'issues', input: { limit: 50 } },
      { route: 'destinations', input: {} },
      { route: 'sessions', input: {} },
      { route: 'gates', input: {} },
    ],
    question: () =>
      'What changed at this gateway in the last 24 hours? Below are its issues (with when each was seen first and last), destinations, sessions and gates. Begin with what needs somebody today: issues that opened or came back, destinations that fail or in which events wait, tokens that age, keys that end soon. Then say what has healed. If nothing is wrong, say just that.',
  },
  {
    name: 'safe-to-retire-key',
    title: 'Is this key safe to retire?',
    description: 'Whether anybody still signs with a key',
    arguments: [
      { name: 'gate', description: GATE, required: true },
      { name: 'key', description: 'the id of the key', required: true },
    ],
    sources: ({ gate = '' }) => [{ route: 'gateKeys', input: { gate } }],
    question: ({ gate = '', key = '' }) =>
      `Is the key ${quoted(key)} of the gate ${quoted(gate)} safe to retire? Below are the gate’s keys: their states, how often and when each proved a request last, and what the gateway says of retiring it. Answer yes or no first, then why; name the senders’ last use of the key, whether another key proves requests now, and what to wait for if the answer is no. Nobody retires a key by this answer: \`countersign keys retire\` does.`,
  },
];

/** A value of whoever asks, as data. */
function quoted(text: string): string {
  return JSON.stringify(text);
}
