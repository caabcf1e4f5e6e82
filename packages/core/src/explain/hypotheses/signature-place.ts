/** Signatures that stand in another header than the gate looks in, or behind other words. */
import { isMac, type MacAlgorithm } from '../../crypto/backend.ts';
import type { HeaderList } from '../../headers.ts';
import type { KeyForm } from '../../keys/key-form.ts';
import { signatureList } from '../../schemes/signature-list.ts';
import type { SignatureEncoding } from '../../schemes/signature-text.ts';
import type { SignatureList, TemplateOptions } from '../../schemes/template-options.ts';
import { declaredAs } from '../declared.ts';
import type { SignHypothesis, TrialHypothesis } from '../hypothesis.ts';
import { withTemplate } from '../other-options.ts';
import type { Change, Trial } from '../trial.ts';
import { UNSET_TEXT } from '../unset-text.ts';
import { type OtherSignature, signatureText, WORD, withSignature } from '../written-signature.ts';

const STEPS = ['extract', 'compare'] as const;

/** More headers, labels or signatures than these are not tried. */
const MAX_ITEMS = 6;

/** The gate’s own encoding, and the usual ones beside it: who writes the word otherwise does not read how the rest is to be written. */
function* inEncodings(other: OtherSignature, own: SignatureEncoding): Generator<OtherSignature> {
  yield other;
  for (const encoding of ['hex-any-case', 'base64', 'base64url'] as const) {
    const hex = own === 'hex' ? 'upper-case hex' : 'hex';
    const name = encoding === 'hex-any-case' ? hex : encoding;
    if (encoding !== own) yield { ...other, encoding, detail: `${other.detail ?? ''}${BESIDES}${name}` };
  }
}

/** Whether it is the gate’s own word and hex in upper case: one mistake, of which another row says so. */
const isUpperCase = (text: string, prefix = ''): boolean =>
  text === text.toUpperCase() && text.toLowerCase().startsWith(prefix);

/** The word as a sentence has it: what may be a key or its id is told by its length. */
function shownWord(word: string): string {
  const isLikeKey = /(?=[A-Za-z]*\d)[A-Za-z\d]{10,}/.test(word);
  return isLikeKey ? `a text of ${word.length} characters` : JSON.stringify(word);
}

/** Before how the signature is written besides. */
const BESIDES = ', written in ';

const besides = (detail: string): string => detail.split(BESIDES)[1] ?? '';
const bare = (detail: string): string => detail.split(BESIDES)[0] ?? '';

export const SIGNATURE_PLACE: readonly TrialHypothesis[] = [
  {
    id: 'signature-prefix-missing',
    part: 'signature',
    steps: STEPS,
    example: 'signature-header',
    changes: (trial) =>
      withSignature(trial, function* ({ text, options: { signature } }) {
        const { list, prefix, encoding } = signature;
        if (prefix) yield* inEncodings({ prefix: '' }, encoding);
        for (const label of list?.labels.slice(0, 2) ?? [])
          yield* inEncodings({ text: labelled(text, list, label) }, encoding);
      }),
    says: (detail) =>
      detail === ''
        ? 'The signature is right, and the word is missing that the gate wants before it.'
        : `The signature is right, and the word is missing that the gate wants before it; and it is written in ${besides(detail)}, which the gate does not take.`,
    mend: (detail) =>
      detail === ''
        ? 'Have the sender write it before the signature; or look for what cuts it off.'
        : 'Have the sender write the word before the signature, and the signature in the encoding that the gate reads.',
  },
  {
    id: 'signature-prefix-other',
    part: 'signature',
    steps: STEPS,
    example: 'signature-header',
    changes: (trial) =>
      withSignature(trial, function* ({ text, options: { signature } }) {
        const { list, encoding } = signature;
        const word = WORD.exec(text)?.[0];
        if (word === undefined || word === signature.prefix) return;
        const detail = shownWord(word);
        if (!list && isUpperCase(text, signature.prefix)) yield { prefix: word, detail };
        else if (!list) yield* inEncodings({ prefix: word, detail }, encoding);
        else if (word.endsWith(list.assign)) return;
        for (const label of list?.labels.slice(0, 2) ?? [])
          yield* inEncodings({ text: labelled(text.slice(word.length), list, label), detail }, encoding);
      }),
    says: (detail) =>
      `The signature is right, and ${bare(detail)} stands before it, which the gate does not expect there${besides(detail) === '' ? '' : `; and it is written in ${besides(detail)}, which the gate does not take`}.`,
    mend: (detail) =>
      besides(detail) === ''
        ? `Have the sender write what the gate expects; or, in a declared scheme, set the prefix of the signature to ${detail}.`
        : `Have the sender write what the gate expects, the word and the encoding; or, in a declared scheme, set the prefix of the signature to ${bare(detail)}, and its encoding too.`,
  },
  {
    id: 'signature-header-prefix',
    part: 'signature',
    steps: ['extract', 'canonical', 'compare'],
    example: 'signature-header',
    changes: otherHeaders,
    says: (detail) => `The signature is right, and all headers of its sender begin with ${detail}-.`,
    mend: (detail) => `Set headers: ${detail} beside the provider’s id.`,
  },
  {
    id: 'signature-other-header',
    part: 'signature',
    steps: STEPS,
    example: 'signature-header',
    isTriedAlone: true,
    changes: (trial) => otherHeader(trial, [undefined]),
    says: (detail) =>
      `The signature is right, and stands in the header ${detail}, where the gate does not look.`,
    mend: (detail) =>
      `Set the gate’s header of the signature to ${detail}, or have the sender use the gate’s.`,
  },
  {
    id: 'signature-other-label',
    part: 'signature',
    steps: STEPS,
    example: 'signature-header',
    changes: (trial) =>
      withSignature(trial, function* ({ text, options: { signature } }) {
        const { list } = signature;
        if (!list) return;
        for (const label of otherLabels(text, list)) {
          const other = { list: signatureList({ ...list, labels: [label] }), detail: label };
          yield other;
          if (signature.encoding === 'base64url') yield { ...other, text: text.replace(/=+(?=\W|$)/g, '') };
        }
      }),
    says: (detail) =>
      `The signature that is right stands behind the label ${detail}, which the gate leaves out.`,
    mend: (detail) =>
      `It is an older version, or one of test events: have the sender send the current one; or, in a declared scheme, add ${detail} to the labels of signature.list.`,
  },
  {
    id: 'signature-list-joined',
    part: 'signature',
    steps: STEPS,
    example: 'signature-header',
    changes: (trial) =>
      withSignature(trial, function* ({ text, options: { signature } }) {
        const { list } = signature;
        if (!list) return;
        for (const separator of [', ', ',', '; ', ';', ' ', '&'])
          if (separator !== list.separator && text.includes(separator))
            yield { list: signatureList({ ...list, separator }) };
      }),
    says: () =>
      'The signature that is right stands in a list whose items are separated otherwise than the gate reads them.',
    mend: () =>
      'Look for a proxy or a framework that joins or splits headers, and hand the gate the header as it came.',
  },
  {
    id: 'signature-one-of-several',
    part: 'signature',
    steps: STEPS,
    example: 'signature-header',
    changes: (trial) =>
      withSignature(trial, function* ({ text, options: { signature } }) {
        const items = signature.list ? [] : text.split(/[,;\s]+/).filter(({ length }) => length >= 16);
        if (items.length < 2) return;
        for (const item of items.slice(0, MAX_ITEMS)) yield { text: item };
      }),
    says: () => 'The header holds several signatures, one of which is right; the gate reads it as one.',
    mend: () =>
      'The sender signs with its old and its new key while it changes them: declare the list (signature.list), or have it send one signature.',
  },
];

/** The list with a label before each signature that has none. */
function labelled(text: string, list: SignatureList | undefined, label: string): string {
  if (!list) return text;
  const { separator, assign } = list;
  const items = text
    .split(separator)
    .map((item) => (/^\s*[\w+/-]{16,}={0,2}\s*$/.test(item) ? `${label}${assign}${item.trim()}` : item));
  return items.join(separator);
}

/** E.g. `svix-signature` for `webhook-signature`: id and time are called so too. */
function* otherHeaders(trial: Trial): Generator<Change> {
  const declared = declaredAs(trial.scheme, 'template');
  const own = declared && headerOf(declared.options.signature);
  const word = own?.endsWith('-signature') ? own.slice(0, -'signature'.length) : undefined;
  if (!declared || word === undefined) return;
  const { id, timestamp } = declared.options;
  if (!headerOf(id)?.startsWith(word) || !headerOf(timestamp)?.startsWith(word)) return;
  for (const name of namesOf(trial.request.headers)) {
    const other = /^(.+-)signature$/.exec(name)?.[1];
    if (other === undefined || other === word) continue;
    const renamed = (header: string | undefined): { readonly header: string } => ({
      header: other + (header ?? '').slice(word.length),
    });
    yield* withTemplate(
      trial,
      (options) => ({
        ...options,
        signature: { ...options.signature, ...renamed(own) },
        ...(options.id && { id: renamed(headerOf(options.id)) }),
        ...(options.timestamp && {
          timestamp: { ...options.timestamp, ...renamed(headerOf(options.timestamp)) },
        }),
      }),
      other.slice(0, -1),
    );
  }
}

function headerOf(source: object | undefined): string | undefined {
  return source && 'header' in source ? String(source.header).toLowerCase() : undefined;
}

/** Lower-case names, each once. */
function namesOf(headers: HeaderList): readonly string[] {
  return [...new Set([...headers].map(([name]) => name.toLowerCase()))];
}

/** Headers that are called like one, each with what it may hold. @param macs the algorithms that it may be of; undefined: the gate’s */
export function* otherHeader(trial: Trial, macs: readonly (MacAlgorithm | undefined)[]): Generator<Change> {
  const { options } = declaredAs(trial.scheme, 'template') ?? {};
  if (!options || !('header' in options.signature)) return;
  const own = headerOf(options.signature);
  const names = namesOf(trial.request.headers).filter((name) => name !== own && LIKE_ONE.test(name));
  for (const header of names.slice(0, MAX_ITEMS)) {
    const word = WORD.exec(trial.request.headers.get(header) ?? '')?.[0];
    for (const prefix of new Set([options.signature.prefix ?? '', word ?? '', ''])) {
      for (const encoding of new Set([options.signature.encoding, 'hex-any-case', 'base64'] as const)) {
        for (const mac of macs.filter((algorithm) => algorithm !== options.keyForms[0]?.algorithm))
          yield* withTemplate(
            trial,
            ({ signature, ...rest }) => ({
              ...withMac(rest, mac),
              signature: { ...signature, header, prefix, encoding },
            }),
            header,
          );
      }
    }
  }
}

const LIKE_ONE = /signature|(?:^|-)sig(?:-|$)|hmac|digest|hash|token|^authorization$/;

/** The options with another algorithm of its secrets. */
export function withMac<Options extends Pick<TemplateOptions, 'keyForms'>>(
  options: Options,
  algorithm: MacAlgorithm | undefined,
): Options {
  if (algorithm === undefined) return options;
  const keyForms = options.keyForms.map(
    (form): KeyForm => (form.kind === 'secret' && isMac(form.algorithm) ? { ...form, algorithm } : form),
  );
  return { ...options, keyForms };
}

/** Labels that stand in a list, and are none of the gate’s. */
function otherLabels(
  text: string,
  {
    separator,
    assign,
    labels,
  }: { readonly separator: string; readonly assign: string; readonly labels: readonly string[] },
): readonly string[] {
  const others = text.split(separator).flatMap((item) => {
    const at = item.indexOf(assign);
    const label = item.slice(0, Math.max(at, 0)).trim();
    return /^[A-Za-z][\w-]{0,24}$/.test(label) && !labels.includes(label) ? [label] : [];
  });
  return [...new Set(others)].slice(0, MAX_ITEMS);
}

/** What templates leave where they were never filled. */
const PLACEHOLDER = /^(?:\{\{[\w. -]*\}\}|\$\{?[A-Za-z_]+\}?|%[A-Za-z_]+%|<[A-Za-z_ -]+>)$/;

function isNoValue(value: string): boolean {
  const bare = value.replace(/^["']|["']$/g, '');
  return UNSET_TEXT.test(bare) || PLACEHOLDER.test(bare);
}

export const SIGNATURE_SEEN: readonly SignHypothesis[] = [
  {
    id: 'signature-no-value',
    part: 'signature',
    steps: ['extract'],
    certainty: 'likely',
    sees: (trial) => {
      const { prefix = '' } = declaredAs(trial.scheme, 'template')?.options.signature ?? {};
      const text = signatureText(trial);
      const value = text?.startsWith(prefix) ? text.slice(prefix.length) : text;
      if (value === undefined || !isNoValue(value)) return undefined;
      return PLACEHOLDER.test(value.replace(/^["']|["']$/g, '')) ? 'a template' : JSON.stringify(value);
    },
    says: (detail) =>
      `In the place of the signature stands ${detail}: what a program or a template writes where it has no value.`,
    mend: () =>
      'Look at the sender’s code: the variable has no value when the header is set, or its template was never filled.',
    example: 'signature-header',
  },
];
