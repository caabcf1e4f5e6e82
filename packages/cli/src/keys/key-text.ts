/** A gate's keys as text: no secret is among them. */
import type { GateKeysView, GateKeyView } from '@countersign/api';
import { counted } from '@countersign/core/internal/amounts';
import type { OptionSpecs } from '../arguments.ts';
import type { Call } from '../command.ts';
import { timeText } from '../events/event-rows.ts';
import { type Style, table } from '../output.ts';
import { UsageError } from '../usage-error.ts';
import { visibleText } from '../visible-text.ts';

export const ONE_GATE: OptionSpecs = { gate: { value: 'NAME', description: 'the gate' } };

/** @throws UsageError where none is given: which keys are changed is never guessed. */
export function readGate({ args }: Pick<Call, 'args'>): string {
  const gate = args.text('gate');
  if (gate !== undefined && gate !== '') return gate;
  throw new UsageError('no gate is given', 'Name it: --gate NAME.');
}

/** @throws UsageError for what the admin API takes as no id of a key. */
export function checkedKeyId(text: string): string {
  if (/^[^\p{Cc}\p{Cs}]{1,200}$/u.test(text)) return text;
  throw new UsageError(
    'that is not the id of a key',
    'Give 1 to 200 characters without control characters; `countersign keys list` shows the ids of the keys.',
  );
}

/** The keys as a table, and what is to be said of them on standard error. */
export function showKeys({ output }: Pick<Call, 'output'>, { keys, kind, warnings }: GateKeysView): void {
  if (kind === 'by-tenant')
    output.say(
      'The gate looks its keys up by tenant: they are listed and changed where keysFrom in the configuration says.',
    );
  else if (keys.length === 0) output.say('The gate has no keys.');
  else output.print(table(keys.map((key) => keyRow(key, output.style))));
  for (const { sentence } of warnings) output.warn(visibleText(sentence));
}

function keyRow(key: GateKeyView, style: Style): readonly string[] {
  const { id, source, hits, hitsLastHour, lastUsedAt, leftOut, safeToRetire } = key;
  return [
    visibleText(id),
    paintKeyState(key, style),
    style.dim(source === 'configuration' ? 'configured' : visibleText(source)),
    `${counted(hits, 'request')}, ${hitsLastHour} in the last hour`,
    style.dim(lastUsedAt === undefined ? 'never used' : `last ${timeText(lastUsedAt)}`),
    leftOut === true ? style.yellow('left out') : visibleText(safeToRetire.sentence),
  ];
}

function paintKeyState({ state, from, until, for: bound }: GateKeyView, style: Style): string {
  const paint =
    state === 'active'
      ? style.green
      : state === 'revoked'
        ? style.red
        : state === 'next'
          ? style.cyan
          : style.yellow;
  return [
    paint(visibleText(state)),
    ...(from === undefined ? [] : [`from ${timeText(from)}`]),
    ...(until === undefined ? [] : [`until ${timeText(until)}`]),
    ...(bound === undefined ? [] : [`for ${visibleText(bound.action)}`]),
  ].join(' ');
}
