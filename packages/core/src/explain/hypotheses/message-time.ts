/** Times that the sender signs otherwise than it sends them, or does not send at all. */
import { MINUTE, SECOND } from '../../freshness.ts';
import type { MessageField } from '../../schemes/message-part.ts';
import { TIMESTAMP } from '../../schemes/message-parts.ts';
import type { TemplateOptions } from '../../schemes/template-options.ts';
import { declaredAs } from '../declared.ts';
import type { TrialHypothesis } from '../hypothesis.ts';
import { withMessages } from '../message-batch.ts';
import {
  literalField,
  mapField,
  type Parts,
  partsOf,
  placesOf,
  replaced,
  templateText,
  withParts,
} from '../other-message.ts';
import { shifted, TIME_FORMS, type TimeForm, timeOfText } from '../time-forms.ts';
import type { Trial } from '../trial.ts';
import { OF_TIME } from '../trial-headers.ts';
import { signatureText, textAt } from '../written-signature.ts';
import { messageRow } from './message.ts';

const TAKE_ONCE =
  'Have the sender write the time once, in the unit that the gate expects, keep its text, and sign and send that.';

/** A row of other texts of the time. */
function timeRow(
  id: string,
  sentence: string,
  fields: (trial: Trial) => Iterable<MessageField>,
): TrialHypothesis {
  return messageRow(
    id,
    sentence,
    function* (parts, _options, trial) {
      if (placesOf(parts, 'timestamp').length === 0) return;
      for (const field of fields(trial)) yield* replaced(parts, 'timestamp', field);
    },
    () => TAKE_ONCE,
  );
}

const IN_MILLISECONDS: MessageField = mapField(TIMESTAMP, '{timestamp}000', (text) =>
  /^\d{9,11}$/.test(text) ? `${text}000` : undefined,
);
const IN_SECONDS: MessageField = mapField(TIMESTAMP, '{timestamp} in seconds', (text) =>
  text.replace(/^(\d{9,11})\d{3}$/, '$1'),
);

const formField = ({ name, write }: TimeForm): MessageField =>
  mapField(TIMESTAMP, `{timestamp} as ${name}`, (text) => {
    const ms = timeOfText(text);
    return ms === undefined ? undefined : write(ms);
  });

/** The commonest forms: Unix seconds and milliseconds. */
export const UNIX_TIMES: readonly MessageField[] = TIME_FORMS.slice(0, 2).map(formField);

const laterBy = (ms: number): MessageField =>
  mapField(
    TIMESTAMP,
    `{timestamp} ${ms < 0 ? 'less' : 'and'} ${ms % SECOND === 0 ? `${Math.abs(ms) / SECOND} s` : `${Math.abs(ms)} ms`}`,
    (text) => shifted(text, ms),
  );

/** There and back from 0, which is left out. */
function* aboutZero(most: number, step: number): Generator<number> {
  for (let by = step; by <= most; by += step) yield* [by, -by];
}

export const MESSAGE_TIME: readonly TrialHypothesis[] = [
  timeRow(
    'message-timestamp-ms',
    'The sender signs the timestamp in milliseconds, and sends it in seconds',
    () => [IN_MILLISECONDS],
  ),
  timeRow(
    'message-timestamp-s',
    'The sender signs the timestamp in seconds, and sends it in milliseconds',
    () => [IN_SECONDS],
  ),
  timeRow('message-timestamp-form', 'The sender signs the time in another form than it sends it', () =>
    TIME_FORMS.map(formField),
  ),
  {
    id: 'time-as-date-in-list',
    part: 'message',
    steps: ['compare', 'canonical'],
    example: 'time-form',
    changes: (trial) =>
      withParts(trial, (parts, options) => {
        const text = partedTime(options, trial);
        return text === undefined
          ? []
          : replaced(parts, 'timestamp', literalField('timestamp', '{timestamp} as a whole', text));
      }),
    says: () =>
      'The request is signed, and its time is written as a date with the very character that parts the items of the signature’s header: the gate reads its first piece alone.',
    mend: () =>
      'Have the sender write the time as the gate expects, a number as a rule: a date such as that of HTTP has a comma.',
  },
  {
    id: 'time-with-fraction',
    part: 'message',
    steps: ['canonical'],
    example: 'time-form',
    *changes(trial) {
      const { options } = declaredAs(trial.scheme, 'template') ?? {};
      const text = options?.timestamp && textAt(options.timestamp, trial);
      if (!options || text === undefined || !/^\d+\.\d+$/.test(text)) return;
      yield* withMessages(
        trial,
        partsOf(options).map((parts) => ({ pattern: templateText(parts), parts })),
      );
    },
    says: () =>
      'The request is signed, and its time has a fraction of a second, which this message has no room for: nothing shows where it ends.',
    mend: () =>
      'Have the sender sign and send whole seconds: int(time.time()) in Python, Math.floor(Date.now() / 1000) in JavaScript.',
  },
  timeRow(
    'message-timestamp-taken-twice',
    'The sender takes the time twice, and signs another than it sends',
    function* () {
      for (const ms of aboutZero(5 * SECOND, SECOND)) yield laterBy(ms);
    },
  ),
];

const RARE: readonly TrialHypothesis[] = [
  messageRow(
    'message-time-not-sent',
    'The sender signs a time that it does not send, and that the gate does not expect',
    unsentTimes,
    () =>
      'Have the sender sign what the gate expects; or have it send the time as well, and declare a scheme whose message has {timestamp}.',
  ),
  timeRow(
    'message-timestamp-fraction',
    'The sender signs the time with a fraction of a second, and sends whole seconds',
    function* (trial) {
      for (let ms = 1; ms < SECOND && isOfSecrets(trial); ms++)
        yield mapField(TIMESTAMP, `{timestamp}.${String(ms).padStart(3, '0')}`, (text) =>
          /^\d{9,11}$/.test(text) ? String((Number(text) * SECOND + ms) / SECOND) : undefined,
        );
    },
  ),
  timeRow(
    'message-timestamp-ms-taken-twice',
    'The sender takes the time twice, and signs another millisecond than it sends',
    function* (trial) {
      for (const ms of isOfSecrets(trial) ? aboutZero(SECOND, 1) : [])
        yield mapField(TIMESTAMP, `{timestamp} ${ms < 0 ? 'less' : 'and'} ${Math.abs(ms)} ms`, (text) =>
          /^\d{12,14}$/.test(text) ? String(Number(text) + ms) : undefined,
        );
    },
  ),
];

/** Of these some hundred messages are tried, and more: most of secrets alone, where one takes microseconds. */
export const MESSAGE_TIME_RARE: readonly TrialHypothesis[] = RARE.map((row) => ({
  ...row,
  isLast: true,
}));

const isOfSecrets = ({ scheme }: Trial): boolean => scheme.keys.forms.every(({ kind }) => kind === 'secret');

/** The time in a list of signatures, where the list’s separator is part of it. */
function partedTime({ signature, timestamp }: TemplateOptions, trial: Trial): string | undefined {
  const text = signatureText(trial);
  const { list } = signature;
  if (text === undefined || !list || !timestamp || !('item' in timestamp)) return undefined;
  const start = text.indexOf(`${timestamp.item}${list.assign}`);
  const value = start < 0 ? '' : text.slice(start + timestamp.item.length + list.assign.length);
  const ends = list.labels.map((label) => value.indexOf(`${list.separator}${label}${list.assign}`));
  const end = Math.min(...ends.filter((at) => at >= 0), value.length);
  const time = value.slice(0, end).trim();
  return time.includes(list.separator) && timeOfText(time) !== undefined ? time : undefined;
}

/** Each second of the last minutes, the latest first, beside the message: before it with a point, then in other ways. */
function* unsentTimes(parts: Parts, options: TemplateOptions, trial: Trial): Generator<Parts> {
  const { headers } = trial.request;
  const names = [...headers].map(([name]) => name.toLowerCase());
  const isSent = names.some((name) => OF_TIME.test(name) && name !== 'date');
  if (options.timestamp || placesOf(parts, 'timestamp').length > 0 || isSent) return;
  const sentMs = Date.parse(headers.get('date') ?? '');
  const lastS = Math.floor((Number.isNaN(sentMs) ? trial.nowMs : sentMs) / SECOND);
  const at = (ageS: number): MessageField => {
    const text = String(lastS - ageS);
    return literalField('timestamp', `{time ${text}}`, text);
  };
  for (let ageS = -2; ageS <= 30; ageS++) yield [at(ageS), '.', ...parts];
  if (!isOfSecrets(trial)) return;
  for (let ageS = -5; ageS <= 60; ageS++) {
    for (const separator of [':', '', '\n', '|']) yield [at(ageS), separator, ...parts];
    yield [...parts, at(ageS)];
    yield [...parts, '.', at(ageS)];
  }
  for (let ageS = 31; ageS <= (5 * MINUTE) / SECOND; ageS++) yield [at(ageS), '.', ...parts];
}
