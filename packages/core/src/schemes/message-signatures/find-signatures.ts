/** Which of a request's signatures are judged. */
import { isAbsolute } from '../../effective-request.ts';
import type { HeaderList } from '../../headers.ts';
import { MAX_KEY_ID_CHARS } from '../../keys.ts';
import type { SignedRequest } from '../../model.ts';
import { type Objection, objection } from '../../objection.ts';
import { shownText } from '../../text/shown-text.ts';
import { plainBytes } from './byte-encoding.ts';
import { fieldValue } from './field-value.ts';
import { agentAddress } from './keys/agent-address.ts';
import { agentKeyName } from './keys/agent-key-name.ts';
import { createMemo, type Memo } from './memo.ts';
import { judgePolicy, type MessageSignatureOptions } from './policy.ts';
import { signatureBase } from './signature-base.ts';
import { firstOf, readSignatureFields, type SignatureInput } from './signature-input.ts';

/** A signature that meets the policy; several where two labels cover the same in the same words. */
export interface Candidate {
  readonly input: SignatureInput;
  readonly base: string;
  readonly signatures: readonly Uint8Array[];
  /** What it names its key by: `keyid`, and where the keys are, where the signature says so. */
  readonly keyName: string | undefined;
  /** Whether the request carries no signature but this one. */
  readonly isAlone: boolean;
}

/** More than this are refused rather than each tried under each key. */
export const MAX_CANDIDATES = 4;

/** The signatures of the gate’s label and tag as they are written, at least one. */
export interface WrittenSignatures {
  readonly inputs: readonly SignatureInput[];
  /** By label, of every input. */
  readonly signatures: ReadonlyMap<string, Uint8Array>;
}

/** Reads the two fields; which of their signatures are judged says `findSignatures`. */
export function readSignatures(
  headers: HeaderList,
  options: MessageSignatureOptions,
): WrittenSignatures | Objection {
  const { kind = 'request' } = options;
  const inputText = fieldValue(headers, 'signature-input');
  const signatureText = fieldValue(headers, 'signature');
  if (!inputText || !signatureText) {
    return objection(
      'missing-signature',
      `the ${kind} has no ${signatureText ? 'Signature-Input' : 'Signature'} field`,
    );
  }
  const fields = readSignatureFields(inputText, plainBytes(signatureText, options.byteEncoding), kind);
  if ('reason' in fields) return fields;
  const { signatures, faults } = fields;
  const inputs = fields.inputs.filter(
    ({ label, parameters }) =>
      (options.label === undefined || label === options.label) &&
      (options.tags === undefined || options.tags.includes(parameters.tag)),
  );
  if (inputs.length > 0) return { inputs, signatures };
  const fault = options.label === undefined ? firstOf(faults) : faults.get(options.label);
  return (
    fault ??
    objection(
      'missing-signature',
      `the ${kind} has no signature ${describe(options)}`,
      options.remedies?.label ??
        'The signatures that it has are others’: set the gate’s label and tag to what the sender writes.',
    )
  );
}

/** The signatures to judge, in the order of their labels; the objection is that of the first where none is left. */
export function findSignatures(
  request: SignedRequest,
  { inputs, signatures }: WrittenSignatures,
  options: MessageSignatureOptions,
  most: number = MAX_CANDIDATES,
): readonly Candidate[] | Objection {
  const candidates: Candidate[] = [];
  let first: Objection | undefined;
  const memo = createMemo();
  for (const input of inputs) {
    if (candidates.length > most) break;
    const signature = signatures.get(input.label) as Uint8Array;
    const unfit = judgePolicy(input, signature, options, request);
    const keyName = unfit ?? keyNameOf(request, input, options);
    const failure = typeof keyName === 'object' ? keyName : undefined;
    const base = failure ?? signatureBase(request, input.components, input.text, options.context, memo);
    if (typeof base !== 'string') {
      first ??=
        inputs.length === 1
          ? base
          : objection(base.reason, `${shownText(input.label)}: ${base.problem}`, base.remedy);
      continue;
    }
    const candidate = {
      input,
      base,
      signatures: [signature],
      keyName: keyName as string | undefined,
      isAlone: signatures.size === 1,
    };
    addCandidate(candidates, candidate);
    const whole = wholeTargetBase(request, input, options, memo);
    if (whole !== undefined) addCandidate(candidates, { ...candidate, base: whole });
  }
  if (candidates.length > most) {
    return objection(
      'malformed-signature',
      `more than ${most} signatures could be the one that is meant`,
      'Set the gate’s label or tag, so that it is known which of them counts.',
    );
  }
  return candidates.length > 0 ? candidates : (first as Objection);
}

/**
 * What a request carries beside the chosen signature that would be judged if the rest were cut off. A label is not
 * signed: a signature of any other could be sent under the one that the gate wants.
 */
export function findOthers(
  request: SignedRequest,
  { label: _label, ...options }: MessageSignatureOptions,
  candidate: Candidate,
): readonly Candidate[] {
  const written = candidate.isAlone ? undefined : readSignatures(request.headers, options);
  if (!written || 'reason' in written) return [];
  const all = findSignatures(request, written, options, Number.POSITIVE_INFINITY);
  return 'reason' in all
    ? []
    : all.filter(({ base, keyName }) => base !== candidate.base || keyName !== candidate.keyName);
}

function addCandidate(candidates: Candidate[], candidate: Candidate): void {
  const same = candidates.findIndex(
    ({ base, keyName }) => base === candidate.base && keyName === candidate.keyName,
  );
  const earlier = candidates[same];
  if (earlier)
    candidates[same] = { ...earlier, signatures: [...earlier.signatures, ...candidate.signatures] };
  else candidates.push(candidate);
}

/**
 * An absolute URL is the request line’s target, or what the runtime made of a path and the Host field (the `url` of a
 * Fetch `Request`). `@request-target` is then the URL or its path and query (RFC 9421 §2.2.5), and either is taken: the
 * path and the query are the same, and the first proves the host besides.
 */
function wholeTargetBase(
  request: SignedRequest,
  { components, text }: SignatureInput,
  { context }: MessageSignatureOptions,
  memo: Memo,
): string | undefined {
  if (!isAbsolute(request.url) || !components.some(({ name }) => name === '@request-target'))
    return undefined;
  const base = signatureBase(request, components, text, { ...context, wholeTarget: true }, memo);
  return typeof base === 'string' ? base : undefined;
}

/** An objection where the signature does not say whose key it is. */
function keyNameOf(
  { headers }: SignedRequest,
  input: SignatureInput,
  { published }: MessageSignatureOptions,
): string | Objection | undefined {
  const { keyid } = input.parameters;
  if (published?.at !== 'agents') return keyid;
  const address = agentAddress(headers, input, published.header);
  if ('reason' in address) return address;
  return keyid === undefined || keyid.length > MAX_KEY_ID_CHARS
    ? objection(
        'missing-part',
        `the signature has no parameter keyid of at most ${MAX_KEY_ID_CHARS} characters, which says which key of its agent it is`,
        'Have the sender sign with keyid.',
      )
    : agentKeyName(address, keyid);
}

function describe({ label, tags }: MessageSignatureOptions): string {
  const parts = [
    label !== undefined && `labelled ${label}`,
    tags !== undefined && `tagged ${tags.map((tag) => tag ?? 'not at all').join(' or ')}`,
  ];
  return parts.filter(Boolean).join(', ');
}
