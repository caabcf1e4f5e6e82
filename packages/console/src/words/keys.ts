/** A gate's keys, and the guide that rotates one. */
import { plain } from '../ui/visible-text.ts';

function requests(count: number): string {
  return `${count.toLocaleString('en')} ${count === 1 ? 'request' : 'requests'}`;
}

export const KEYS = {
  caption: 'Keys, in the order in which they are tried',
  columns: {
    key: 'Key',
    state: 'State',
    hits: 'Requests',
    hour: 'Last hour',
    day: '24 hours',
    last: 'Last use',
    actions: 'Changes',
  },
  states: { active: 'active', next: 'next', retiring: 'retiring', revoked: 'revoked' },
  stateMeans: {
    active: 'Verifies requests; the first active key also signs.',
    next: 'Verifies requests, signs nothing yet.',
    retiring: 'Verifies requests until it ends, signs nothing.',
    revoked: 'Verifies nothing.',
  },
  sources: { configuration: 'configuration', added: 'added here', fetched: 'fetched' },
  leftOut: 'left out',
  bytes: (count: number) => `${count} bytes`,
  bits: (count: number) => `${count} bits at most`,
  forAction: (action: string) => `only for ${action}`,
  from: 'from',
  until: 'until',
  changed: (state: string) => `${state} in the configuration`,
  reading: (name: string, hits: number) => `${name}: ${requests(hits)}`,
  never: 'never',
  fetched: 'The gate fetches its keys from a URL: whoever publishes them rotates them there.',
  byTenant:
    'The gate looks its keys up by tenant: they are listed and changed where keysFrom in the configuration says.',
  noneYet: 'The gate has no keys yet.',
  none: 'The gate accepts unsigned requests: it has no keys.',
  cannotAdd:
    'To add keys here, set a storeKey in the configuration: added keys are stored encrypted. Generate one, set it, and restart the gateway:',
  cannotAddShort: 'Needs a storeKey in the configuration.',
  storeKeyCommand: 'openssl rand -hex 32',
  storeKeyLabel: 'A command that generates a storeKey',
  configureInstead: 'Or add the new key in the configuration, and reload it:',
  warnings: 'About the keys',
  rotate: 'Rotate a key',
  rotateOne: 'Rotate',
  add: 'Add a key',
  more: (key: string) => plain`Change ${key}`,
  change: 'Change',
  changes: {
    activate: 'Activate',
    'make-next': 'Make it next',
    retire: 'Retire',
    revoke: 'Revoke',
    remove: 'Remove',
  },
  asks: {
    activate: (key: string) => plain`${key} verifies requests, and may sign what the gateway sends.`,
    'make-next': (key: string) => plain`${key} keeps verifying requests, but signs nothing.`,
    retire: (key: string) => plain`${key} keeps verifying requests until it ends, but signs nothing.`,
    revoke: (key: string, day: number) =>
      plain`From now on every request that is signed with ${key} is refused as unknown-key. ${day === 0 ? 'It verified none in the last 24 hours.' : `It verified ${requests(day)} in the last 24 hours: their sender would be refused.`}`,
    remove: (key: string) => plain`${key} is removed, with its secret. This cannot be undone.`,
  },
  ends: 'Ends at',
  endsHint: 'In your time zone. Leave it empty to keep the current end.',
  force: 'Do it even though no key is left to verify requests: all of them will be refused.',
  forceRevoked: 'Bring it back even though it was revoked.',
  nobody: 'The keys changed in the meantime and have been reloaded. Check them, and decide again.',
  roleNeeded: 'Changing keys',
  done: {
    activate: (key: string) => plain`${key} is active.`,
    'make-next': (key: string) => plain`${key} is next.`,
    retire: (key: string) => plain`${key} is retiring.`,
    revoke: (key: string) => plain`${key} is revoked.`,
    remove: (key: string) => plain`${key} is removed.`,
  },
} as const;

export const ROTATION = {
  title: (key: string) => plain`Rotate ${key}`,
  lead: 'No request is lost: both keys are accepted until you end the old one. The address of this page keeps your place; you can leave and come back.',
  choose: 'Which key is to be replaced?',
  steps: {
    add: 'Add the next key',
    watch: 'Watch it take over',
    retire: 'Retire the old one',
    revoke: 'Revoke it',
  },
  stepLabel: 'Steps of the rotation',
  stepState: { done: 'done', now: 'this step', later: 'later' },
  back: 'Back',
  stop: 'Leave the guide',
  stopHint: 'Nothing is undone: both keys stay as they are.',
  next: 'Continue',
  add: {
    lead: (old: string) =>
      plain`${old} stays as it is. The new key is accepted as well from the moment it is added.`,
    id: 'Name of the new key',
    idHint: 'Shown in logs and in this list. Not secret.',
    how: 'Its secret',
    generate: 'Have the gateway generate one',
    generateHint: 'You enter it at the sender.',
    paste: 'Paste one',
    pasteHint: 'The sender generated it and showed it to you.',
    secret: 'Secret',
    secretHint: 'It is stored encrypted, and never shown again.',
    submit: 'Add the key',
    existing: 'Or use an existing key',
    use: (key: string) => plain`Use ${key}`,
  },
  secret: {
    title: 'The new secret, shown once',
    lead: 'Copy it now: it is not shown again, and cannot be read back.',
    where: 'Where it goes',
    stored: 'I have stored it',
    gone: 'The secret is no longer shown. If you have not stored it, go back and add another key.',
  },
  watch: {
    lead: (old: string, next: string) =>
      plain`Have the sender sign with ${next} instead of ${old}. Until then, requests signed with either key are accepted.`,
    old: 'Old key',
    fresh: 'New key',
    since: 'While you watch',
    total: 'Total',
    hour: 'Last hour',
    last: 'Last use',
    bar: (old: string, oldHits: number, next: string, nextHits: number) =>
      plain`Last hour: ${next} ${requests(nextHits)}, ${old} ${requests(oldHits)}`,
    share: (percent: string) => `${percent} with the new key in the last hour`,
    nothing: 'No requests with either key in the last hour.',
    waiting: 'Waiting for the first request with the new key …',
    arrived: 'The new key is in use.',
    still: (key: string) => plain`The latest requests with ${key}`,
    stillNone: (key: string) => plain`This page has seen no requests with ${key}.`,
    notYet: (key: string) => plain`${key} is not accepted yet. It starts`,
    begin: 'Accept it from now on',
    early:
      'The new key has not verified any request yet. You can go on: nothing is refused until you revoke the old key.',
  },
  retire: {
    lead: (old: string, next: string) =>
      plain`${next} becomes active. ${old} keeps verifying requests until the date, but signs nothing: a sender that was forgotten still gets through, and shows up here.`,
    safe: 'Safe to retire',
    unsafe: 'Not safe to retire yet',
    until: 'Ends at',
    untilHint: 'It ends automatically then. In your time zone.',
    submit: (old: string) => plain`Retire ${old}`,
    done: (old: string) => plain`${old} is retiring.`,
    ends: 'It ends at',
  },
  revoke: {
    lead: (old: string) =>
      plain`From then on, requests signed with ${old} are refused. Wait until nobody uses it; if it has leaked, do not wait.`,
    submit: (old: string) => plain`Revoke ${old}`,
    confirm: (old: string, hour: number) =>
      hour === 0
        ? plain`From now on every request that is signed with ${old} is refused. It verified none in the last hour.`
        : plain`From now on every request that is signed with ${old} is refused. It verified ${requests(hour)} in the last hour: their sender would be refused.`,
    done: (old: string) => plain`${old} is revoked: requests signed with it are refused as unknown-key.`,
    cleanUp: (old: string) =>
      plain`Remove ${old} from the configuration with your next change; until then it stays revoked, across restarts too.`,
    finish: 'Finish',
  },
  gone: (key: string) =>
    plain`The gate no longer has a key ${key}: this rotation is over, or the link belongs to another gateway.`,
} as const;
