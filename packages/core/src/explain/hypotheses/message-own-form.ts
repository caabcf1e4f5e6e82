/** Messages that a sender has thought out itself: time, method, path and body in its own order, with its own text between them. */
import { PATH, WHOLE_URL } from '../../schemes/address-parts.ts';
import { BODY_SHA256_HEX } from '../../schemes/body-digest.ts';
import type { MessageField } from '../../schemes/message-part.ts';
import { BODY, METHOD, TIMESTAMP } from '../../schemes/message-parts.ts';
import type { TemplateOptions } from '../../schemes/template-options.ts';
import type { TrialHypothesis } from '../hypothesis.ts';
import { ordersOf } from '../orders.ts';
import { isField, type Parts, placesOf } from '../other-message.ts';
import type { Trial } from '../trial.ts';
import { OF_TIME } from '../trial-headers.ts';
import { textAt } from '../written-signature.ts';
import { takesSecrets } from './key-part.ts';
import { headersLike, messageRow, PATH_AND_QUERY, WITHOUT_SLASH } from './message.ts';

/** What stands between all parts, the usual first. */
const SEPARATORS = ['', '.', '\n', ':', '|', '&', ','];
const OF_DIGESTS = SEPARATORS.slice(0, 4);

/** Some nine hundred messages; of a kilobyte they take 15 ms. */
export const MESSAGE_OWN_FORM: readonly TrialHypothesis[] = [
  {
    ...messageRow(
      'message-own-form',
      'The sender puts a message of its own together from parts of the request',
      ownForms,
    ),
    isLast: true,
  },
];

/** Fields as one text: what stands between them is not what stands between the others. */
type Unit = readonly [MessageField, ...Parts];

/** The path of these may be any. */
const PATHS = [PATH, PATH_AND_QUERY, ...WITHOUT_SLASH];

const ADDRESSES: readonly (readonly Unit[])[] = [
  ...PATHS.map((path): readonly Unit[] => [[METHOD], [path]]),
  ...PATHS.map((path): readonly Unit[] => [[path]]),
  ...PATHS.flatMap((path): readonly (readonly Unit[])[] => [[[METHOD, path]], [[METHOD, ' ', path]]]),
  [[METHOD]],
  [[METHOD], [WHOLE_URL]],
  [[WHOLE_URL]],
];

function* ownForms(parts: Parts, options: TemplateOptions, trial: Trial): Generator<Parts> {
  const hasBody = [...placesOf(parts, 'body'), ...placesOf(parts, 'digest')].length > 0;
  if (!hasBody || !takesSecrets(trial) || isAbsent(parts, options, trial)) return;
  const times =
    placesOf(parts, 'timestamp').length > 0 ? [TIMESTAMP] : headersLike(OF_TIME, trial.request, 2);
  const ownIds = parts.filter(isField).filter(({ field }) => field === 'id' || field === 'nonce');
  const besides: readonly (readonly MessageField[])[] = [...times.map((time) => [time]), []];
  for (const beside of ownIds.length > 0 ? [[...ownIds, ...times], ...besides] : besides)
    for (const address of ADDRESSES) {
      const units = [...address, ...beside.map((field): Unit => [field])];
      yield* joined(units, BODY, SEPARATORS);
      yield* joined(units, BODY_SHA256_HEX, OF_DIGESTS);
    }
  yield* named(times);
}

/** Whether the request has no such part: of two forms one is another request’s. */
function isAbsent(parts: Parts, { id, nonce }: TemplateOptions, trial: Trial): boolean {
  const isMissing = (field: 'id' | 'nonce', source: TemplateOptions['id']): boolean =>
    placesOf(parts, field).length > 0 && (source === undefined || textAt(source, trial) === undefined);
  return isMissing('id', id) || isMissing('nonce', nonce);
}

/** More have too many orders. */
const MAX_PERMUTED = 3;

/** The body last, as nearly everybody has it. */
function* joined(
  units: readonly Unit[],
  body: MessageField,
  separators: readonly string[],
): Generator<Parts> {
  const orders = units.length > MAX_PERMUTED ? [units] : [...ordersOf(units)];
  for (const separator of separators)
    for (const order of orders) yield [...order.flatMap((unit): Parts => [...unit, separator]), body];
}

/** Each behind a name, as in `t=…&body=…`. */
function* named(times: readonly MessageField[]): Generator<Parts> {
  for (const time of times)
    for (const name of ['t=', 'ts=', 'timestamp=', 'time='])
      for (const separator of ['.', '&', ',', '', ':', '|', '\n', ';'])
        for (const bodyName of ['', 'body=', 'payload=', 'data='])
          yield [name, time, separator, bodyName, BODY];
}
