/** Rows of the route table: requests for trying a gateway out. */
import { ID_TEXT, wordField } from './fields.ts';
import { GET, POST, type RouteTable } from './route.ts';

/** `GET /api/sandbox`: what can be played against a gateway of `countersign dev` or `countersign demo`. */
export interface SandboxView {
  /** Whether it sends by itself. */
  readonly isPlaying: boolean;
  readonly scenarios: readonly SandboxScenarioView[];
}

export interface SandboxScenarioView {
  /** E.g. `stripe/tampered`. */
  readonly id: string;
  readonly title: string;
  readonly provider: string;
  /** `accepted`, `handshake`, or the reason of the refusal that is expected. */
  readonly expects: string;
  /** Absent: it was not played yet. */
  readonly last?: SandboxResultView;
}

/** What became of a scenario when it was played last. */
export interface SandboxResultView {
  readonly requestId: string;
  /** In the words of `expects`. */
  readonly verdict: string;
  readonly at: string;
}

const CHANGES = ['pause', 'resume', 'play'] as const;

/** `play` needs a scenario; the others take none. */
export type SandboxChangeWord = (typeof CHANGES)[number];

export interface SandboxChange {
  readonly change: SandboxChangeWord;
  /** The id of the one to play. */
  readonly scenario?: string | undefined;
}

export type SandboxApi = {
  readonly sandbox: { readonly reply: SandboxView };
  readonly changeSandbox: { readonly body: SandboxChange; readonly reply: SandboxView };
};

export const SANDBOX_ROUTES: RouteTable<SandboxApi> = {
  sandbox: {
    ...GET,
    path: '/api/sandbox',
    answers:
      'the requests that `countersign dev` or `countersign demo` can send to its own gateway, what each is expected to come to, and whether they are sent by themselves now; 404 from any other gateway',
  },
  changeSandbox: {
    ...POST,
    path: '/api/sandbox',
    body: {
      change: { ...wordField(CHANGES), optional: false },
      scenario: { ...ID_TEXT, optional: true },
    },
    answers:
      'the sandbox’s requests after the change: `pause` or `resume` them, or `play` one `scenario` and wait for its answer',
  },
};
