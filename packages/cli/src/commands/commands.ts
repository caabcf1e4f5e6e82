/** Every command, in the order of the help. Each is loaded when it is called, so that none waits for another's modules. */
import type { CommandEntry } from '../command.ts';

export const COMMANDS: readonly CommandEntry[] = [
  {
    name: 'demo',
    summary: 'a gateway, simulated senders and a live list of verdicts; works offline',
    load: async () => (await import('./demo.ts')).demo,
  },
  {
    name: 'init',
    summary: 'writes a commented configuration for chosen providers, or for whoever has signed a request',
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
    name: 'config',
    summary:
      'shows the effective configuration without secrets, and what a reload would change; reloads it in the running gateway',
    subCommands: ['show', 'diff', 'reload'],
    load: async () => (await import('./config.ts')).config,
  },
  {
    name: 'dev',
    summary:
      'starts the gateway and its console while you write: reloads what changes, follows another gateway',
    load: async () => (await import('./dev.ts')).dev,
  },
  {
    name: 'tail',
    summary: 'shows what the running gateway decides and delivers, as it happens',
    load: async () => (await import('./tail.ts')).tail,
  },
  {
    name: 'events',
    summary:
      'lists, shows, searches, follows, resends or erases kept events, lists refused requests; writes an event as a test',
    subCommands: ['list', 'refused', 'show', 'search', 'follow', 'resend', 'erase', 'test'],
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
    name: 'issues',
    summary: 'shows failures grouped by gate or destination and by reason; acknowledges or closes them',
    subCommands: ['list', 'show', 'ack', 'close'],
    load: async () => (await import('./issues.ts')).issues,
  },
  {
    name: 'store',
    summary: 'measures, exports, imports, verifies, backs up, migrates or moves the store, rotates its key',
    subCommands: ['stats', 'export', 'import', 'verify', 'backup', 'migrate', 'move', 'rotate-key'],
    load: async () => (await import('./store.ts')).store,
  },
  {
    name: 'audit',
    summary: 'shows who changed or saw what, and checks that nobody has changed that record',
    subCommands: ['list', 'verify'],
    load: async () => (await import('./audit.ts')).audit,
  },
  {
    name: 'actions',
    summary: 'compares actions with those registered at a platform, and registers them',
    subCommands: ['plan', 'push', 'pull'],
    load: async () => (await import('./actions.ts')).actions,
  },
  {
    name: 'keys',
    summary: 'rotates a gate’s keys while it runs: lists, adds, activates, retires, revokes or removes them',
    subCommands: ['list', 'add', 'open', 'reveal', 'activate', 'make-next', 'retire', 'revoke', 'remove'],
    load: async () => (await import('./keys.ts')).keys,
  },
  {
    name: 'claims',
    summary: 'releases a claim of the replay protection, so that an accepted request can run again',
    subCommands: ['release'],
    load: async () => (await import('./claims.ts')).claims,
  },
  {
    name: 'password',
    summary: 'hashes a password for a user of the web console (admin.users)',
    load: async () => (await import('./password.ts')).password,
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
  {
    name: 'mcp',
    summary: 'serves the admin API to an AI agent (Model Context Protocol, on standard input and output)',
    load: async () => (await import('./mcp.ts')).mcp,
  },
  {
    name: 'completion',
    summary: 'prints what bash, zsh or fish needs to complete commands, options and their values',
    load: async () => (await import('./completion.ts')).completion,
  },
];
