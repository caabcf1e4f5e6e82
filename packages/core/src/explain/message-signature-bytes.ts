/** The bytes of a request’s message signatures (RFC 9421), and the same request with others. */
import type { SignedRequest } from '../model.ts';
import { decodeBase64, encodeBase64 } from '../text/encodings.ts';
import { withHeader } from './other-address.ts';
import type { Trial } from './trial.ts';

interface OtherSignatures {
  readonly request: SignedRequest;
  /** What the signatures were. */
  readonly signatures: readonly Uint8Array[];
}

/** A longer field is not looked at. */
const MAX_CHARS = 8192;

/** Nothing where no signature changes. @param change a signature into another; undefined where it stays */
export function* withSignatureBytes(
  { scheme, request }: Trial,
  change: (bytes: Uint8Array) => Uint8Array | undefined,
): Generator<OtherSignatures> {
  const field = scheme.headers.proof.includes('signature-input')
    ? request.headers.get('signature')
    : undefined;
  if (field === undefined || field.length > MAX_CHARS) return;
  const signatures: Uint8Array[] = [];
  const other = field.replace(/=:([A-Za-z0-9+/]+=*):/g, (item, text: string) => {
    const bytes = decodeBase64(text);
    const changed = bytes && change(bytes);
    if (bytes) signatures.push(bytes);
    return changed ? `=:${encodeBase64(changed)}:` : item;
  });
  if (other !== field)
    yield { request: { ...request, headers: withHeader(request.headers, 'signature', other) }, signatures };
}
