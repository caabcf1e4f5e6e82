/** What the admin API shows of a gate's keys. */

import type { GateKeysView, GateKeyView, KeyView, SafeToRetireView, WarningView } from '@countersign/api';
import { type KeyInfo, unusableBecause } from '@countersign/core';
import { counted } from '@countersign/core/internal/amounts';
import { DAY } from '../config/units.ts';
import { actionsWithoutKey } from '../gates/actions-without-key.ts';
import { hasFetchedKeys, noValidKey } from '../gates/core-gate.ts';
import { isSameStatement, keyNoteText } from '../gates/key-entries.ts';
import type { KeyUse } from '../gates/key-uses.ts';
import type { OpenGate } from '../gates/open-gate.ts';
import { USES_BEHIND_MS } from '../gates/open-key-uses.ts';
import { sharedSecretWarnings } from '../gates/shared-secrets.ts';
import type { AddedKey, KeyStatement } from '../sealed/key-records.ts';
import type { AdminParts } from './admin-parts.ts';
import { isoTime } from './iso-time.ts';
import { keyView } from './views.ts';

type KeyParts = Pick<AdminParts, 'gates' | 'keyUses' | 'now'>;

/** With what other gateways on the store have counted, as it was read last. */
export function gateKeysView(parts: KeyParts, gate: OpenGate): GateKeysView {
  const { config, coreGate, keys } = gate;
  const uses = parts.keyUses.of(config.name);
  const nowMs = parts.now();
  const unreadMs = uses?.unreadMs ?? 0;
  const isFetched = coreGate?.scheme.keys.fromAddress === true;
  const infos = coreGate?.keys.list() ?? [];
  const ofKeys = infos.map(({ id }) => uses?.of(id, nowMs) ?? { ...NO_USE, sinceMs: nowMs });
  const views = infos.map((info, i): GateKeyView => {
    const { hits: _, ...view } = keyView(info);
    const entry = keys.entries.find(({ key }) => key.id === info.id);
    const use = ofKeys[i] ?? NO_USE;
    const others = infos.flatMap((other, k) => (k === i ? [] : [{ info: other, use: ofKeys[k] ?? NO_USE }]));
    const source = isFetched ? 'fetched' : entry?.configured === undefined ? 'added' : 'configuration';
    const isChanged = entry?.configured !== undefined && !isSameStatement(entry.key, entry.configured);
    return {
      ...view,
      source,
      ...(isChanged && entry.configured && { configured: statementView(entry.configured) }),
      ...useView(use),
      safeToRetire: isFetched ? FETCHED : safeToRetire(info, use, others, { nowMs, unreadMs }),
    };
  });
  return {
    gate: config.name,
    kind: kindOf(coreGate),
    ...(Number.isFinite(unreadMs) && { asOf: isoTime(nowMs - unreadMs - USES_BEHIND_MS) }),
    canAdd: keys.canAdd && coreGate !== undefined && !hasFetchedKeys(coreGate),
    keys: [...views, ...keys.unreadable.map((key) => leftOutView(key, nowMs))],
    warnings: warningsOf(parts, gate, nowMs),
  };
}

function kindOf(coreGate: OpenGate['coreGate']): GateKeysView['kind'] {
  if (coreGate?.keys.isByTenant === true) return 'by-tenant';
  return coreGate?.scheme.keys.fromAddress === true ? 'fetched' : 'listed';
}

const NO_USE: KeyUse = {
  hits: 0,
  sinceMs: 0,
  lastMs: undefined,
  unusedMs: undefined,
  watchedMs: 0,
  hitsLastHour: 0,
  hitsLastDay: 0,
  ways: [],
  ownHits: 0,
};

type UseView = Omit<GateKeyView, keyof KeyView | 'source' | 'configured' | 'leftOut' | 'safeToRetire'> &
  Pick<GateKeyView, 'hits'>;

function useView({ hits, sinceMs, lastMs, hitsLastHour, hitsLastDay, ways }: KeyUse): UseView {
  return {
    hits,
    countedSince: isoTime(sinceMs),
    ...(lastMs !== undefined && { lastUsedAt: isoTime(lastMs) }),
    hitsLastHour,
    hitsLastDay,
    uses: ways.map((way) => ({
      ...(way.reading !== undefined && { reading: way.reading }),
      hits: way.hits,
      lastUsedAt: isoTime(way.lastMs),
    })),
  };
}

function statementView({ state, fromMs, untilMs }: KeyStatement): NonNullable<GateKeyView['configured']> {
  return {
    state,
    ...(fromMs !== undefined && { from: isoTime(fromMs) }),
    ...(untilMs !== undefined && { until: isoTime(untilMs) }),
  };
}

function leftOutView(key: AddedKey, nowMs: number): GateKeyView {
  return {
    id: key.id,
    ...statementView(key),
    ...(key.for && { for: key.for }),
    warnings: [],
    source: 'added',
    leftOut: true,
    ...useView({ ...NO_USE, sinceMs: nowMs }),
    safeToRetire: { isSafe: true, code: 'not-usable', sentence: 'It is left out, and proves no requests.' },
  };
}

function warningsOf(
  { gates }: KeyParts,
  { config: { name }, coreGate, keys, actions }: OpenGate,
  nowMs: number,
): readonly WarningView[] {
  if (coreGate === undefined) return [];
  const path = `gates.${name}.keys`;
  const idle = noValidKey(coreGate, nowMs);
  const own = [
    ...sharedSecretWarnings(gates).filter((warning) => warning.path === path),
    ...actionsWithoutKey(name, keys.current, actions),
  ].map(({ code, severity, sentence }): WarningView => ({ code, severity, sentence }));
  const notes = keys.notes.filter(({ keyId }) => keys.ids.includes(keyId));
  return [
    ...(idle === undefined ? [] : [warning('no-valid-key', idle)]),
    ...notes.map((note) => warning(note.code, keyNoteText(note))),
    ...own,
  ];
}

function warning(code: string, sentence: string): WarningView {
  return { code, severity: 'warning', sentence };
}

const FETCHED: SafeToRetireView = {
  isSafe: false,
  code: 'fetched',
  sentence: 'The gate fetches its keys: whoever publishes them retires them.',
};

/** Senders that try again give up within a day or are slow; one that sends once a week is not seen at all. */
const WATCHED_MS: number = DAY;

/** When the view is made, and how long ago the other gateways’ counts were read. */
interface CountedAt {
  readonly nowMs: number;
  readonly unreadMs: number;
}

/** @param others the keys beside it */
function safeToRetire(
  info: KeyInfo,
  use: KeyUse,
  others: readonly { readonly info: KeyInfo; readonly use: KeyUse }[],
  { nowMs, unreadMs }: CountedAt,
): SafeToRetireView {
  if (unusableBecause(info, nowMs) !== undefined)
    return { isSafe: true, code: 'not-usable', sentence: 'It proves no requests any more.' };
  const usable = others.filter(({ info: other }) => unusableBecause(other, nowMs) === undefined);
  if (usable.length === 0)
    return {
      isSafe: false,
      code: 'last-usable',
      sentence: 'It is the last key that proves requests: add another first.',
    };
  if (use.unusedMs !== undefined && use.unusedMs < WATCHED_MS)
    return {
      isSafe: false,
      code: 'in-use',
      sentence: `It proved ${counted(Math.max(1, use.hitsLastDay), 'request')} within the last day: its sender still signs with it.`,
    };
  if (unreadMs > USES_BEHIND_MS)
    return {
      isSafe: false,
      code: 'counts-unread',
      sentence:
        'What other gateways on the store have counted cannot be read at present: this gateway alone cannot tell.',
    };
  if (use.watchedMs < WATCHED_MS)
    return {
      isSafe: false,
      code: 'counted-too-briefly',
      sentence:
        info.state === 'next'
          ? 'It is new, and no request has been signed with it yet: give it to the sender before you retire the old key.'
          : 'It has proved no request yet, but it has been watched for less than a day: wait a day before you retire it.',
    };
  const hits = usable.reduce((sum, other) => sum + other.use.hitsLastDay, 0);
  if (hits === 0)
    return {
      isSafe: false,
      code: 'no-other-in-use',
      sentence: 'Nobody has sent anything within the last day, with any key: that says nothing of this one.',
    };
  return {
    isSafe: true,
    code: 'unused',
    sentence: `It has proved no request for a day, and the other keys ${counted(hits, 'request')}: nobody seems to use it.`,
  };
}
