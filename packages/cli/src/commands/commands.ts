/** Every command, in the order of the help. Each is loaded when it is called, so that none waits for another's modules. */
import type { Command, CommandGroup } from '../command.ts';

export interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  /** Words that follow its own, for whoever writes one without it. */
  readonly subCommands?: readonly string[];
  readonly load: () => Promise<Command | CommandGroup>;
}

export const COMMANDS: readonly CommandEntry[] = [
  {
    name: 'demo',
    summary: 'a gateway, simulated senders and a live list of verdicts; works offline',
    load: async () => (await import('./demo.ts')).demo,
  },
  {
    name: 'init',
    summary: 'writes a commented configuration for chosen providers',
    load: async () => (await import('./init.ts')).init,
  },
  {
    name: 'check',
    summary: 'validates a configuration; prints gates, keys’ states and what each signature covers',
    load: async () => (await import('./check.ts')).check,
  },
  {
    name: 'serve',
    summary: 'starts the gateway',
    load: async () => (await import('./serve.ts')).serve,
  },
  {
    name: 'tail',
    summary: 'shows what the running gateway decides and delivers, as it happens',
    load: async () => (await import('./tail.ts')).tail,
  },
  {
    name: 'events',
    summary: 'lists, shows, searches, follows, resends or erases kept events; writes one as a test',
    subCommands: ['list', 'show', 'search', 'follow', 'resend', 'erase', 'test'],
    load: async () => (await import('./events.ts')).events,
  },
  {
    name: 'deliveries',
    summary: 'lists, redrives, cancels or previews deliveries; pauses, resumes or mutes destinations',
    subCommands: [
      'list',
      'destinations',
      'redrive',
      'cancel',
      'skip',
      'pause',
      'resume',
      'mute',
      'unmute',
      'preview',
    ],
    load: async () => (await import('./deliveries.ts')).deliveries,
  },
  {
    name: 'store',
    summary: 'measures, exports, imports, verifies, backs up or migrates the store',
    subCommands: ['stats', 'export', 'import', 'verify', 'backup', 'migrate'],
    load: async () => (await import('./store.ts')).store,
  },
  {
    name: 'actions',
    summary: 'compares actions with those registered at a platform, and registers them',
    subCommands: ['plan', 'push', 'pull'],
    load: async () => (await import('./actions.ts')).actions,
  },
  {
    name: 'claims',
    summary: 'releases a claim of the replay protection, so that an accepted request can run again',
    subCommands: ['release'],
    load: async () => (await import('./claims.ts')).claims,
  },
  {
    name: 'sandbox',
    summary: 'simulates a platform (flowent, site, incode) for a gateway of your own',
    load: async () => (await import('./sandbox.ts')).sandbox,
  },
  {
    name: 'providers',
    summary: 'lists the providers, or shows one: options, key, coverage',
    load: async () => (await import('./providers.ts')).providers,
  },
  {
    name: 'verify',
    summary: 'says whether a captured request is genuine, or does so for a stream of them',
    load: async () => (await import('./verify.ts')).verify,
  },
  {
    name: 'explain',
    summary: 'says why a captured request is refused: each step, the signed bytes, and the likeliest mistake',
    load: async () => (await import('./explain.ts')).explain,
  },
  {
    name: 'sign',
    summary: 'signs a request and prints it as a curl line, a raw HTTP message or JSON',
    load: async () => (await import('./sign.ts')).sign,
  },
  {
    name: 'send',
    summary: 'signs a request and sends it; prints status, answer and timing',
    load: async () => (await import('./send.ts')).send,
  },
  {
    name: 'handout',
    summary: 'writes a page for a partner who must sign requests: how, a test vector, code in six languages',
    load: async () => (await import('./handout.ts')).handout,
  },
  {
    name: 'conformance',
    summary: 'runs test vectors against a verifier: this one, a server, or another library',
    load: async () => (await import('./conformance.ts')).conformance,
  },
];
