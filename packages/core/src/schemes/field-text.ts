/** The text of one field of an urlencoded form, and the form with another text in its place. */
import { concatBytes, utf8 } from '../text/bytes.ts';
import { findPair, parseUrlencoded } from '../text/form.ts';

/** The first of that decoded name, decoded; undefined where there is none, or none that decodes. */
export function fieldText(form: Uint8Array, name: string): string | undefined {
  const pair = findPair(form, name);
  const fields = pair ? parseUrlencoded(form.subarray(pair.start, pair.end)) : [];
  return 'fault' in fields ? undefined : fields[0]?.value;
}

/** Writes that field anew, or adds it at the end; the rest stays byte for byte. */
export function withFieldText(form: Uint8Array, name: string, text: string): Uint8Array {
  const pair = findPair(form, name);
  const written = utf8(`${encodeURIComponent(name)}=${encodeURIComponent(text)}`);
  return concatBytes(
    pair
      ? [form.subarray(0, pair.start), written, form.subarray(pair.end)]
      : [form, utf8(form.length > 0 ? '&' : ''), written],
  );
}
