/** Multipart forms against the parser of Node’s `fetch` (undici). */
import { type FormFault, type FormField, parseForm } from '../../packages/core/src/text/form.ts';
import { require, target } from '../target.ts';

/** The first line is the rest of the content type. */
export const multipart = target<readonly FormField[] | FormFault>({
  about: 'what is taken are the fields that stand between the boundaries, and those that undici finds',
  words: [
    'x\n--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--x--',
    '\r\n--x\r\n',
    '\r\n--x--\r\n',
    '\r\n\r\n',
    'content-type: text/plain; charset=utf-8\r\n',
    'Content-Transfer-Encoding: 7bit\r\n',
    '; filename="f"',
    '"x"',
    'name=a',
    'name="\u00e9"',
    '%22',
    '\\"',
  ],
  read(input) {
    const { type, body } = parts(input);
    return parseForm(type, body);
  },
  async judge(input, fields) {
    if ('fault' in fields) return;
    const { type, body } = parts(input);
    const [, boundary = ''] = /boundary="?([^";]*)/i.exec(type) ?? [];
    const plain = JSON.stringify(fields.map(({ name, value }) => [name, value]));
    require(plain ===
      JSON.stringify(cut(body, boundary.trimEnd())), 'cut at its boundaries it has other fields');
    const theirs = await undiciFields(type, body);
    const ours = JSON.stringify(fields.map(({ name, value }) => [unescaped(name), value]));
    require(theirs === undefined || ours === JSON.stringify(theirs), 'undici reads other fields');
  },
});

function parts(input: Uint8Array): { readonly type: string; readonly body: Uint8Array<ArrayBuffer> } {
  const end = input.indexOf(0x0a);
  const boundary = Buffer.from(input.subarray(0, Math.max(end, 0))).toString('latin1');
  return {
    type: `multipart/form-data; boundary=${boundary}`,
    body: Uint8Array.from(input.subarray(end + 1)),
  };
}

/** As text that is cut: nothing of it is checked. */
function cut(body: Uint8Array, boundary: string): readonly unknown[] {
  const text = Buffer.from(body)
    .toString('utf8')
    .replace(/^(?!\r\n)/, '\r\n');
  return text
    .split(`\r\n--${boundary}`)
    .slice(1, -1)
    .map((part) => {
      const [head = '', ...rest] = part.slice(2).split('\r\n\r\n');
      const name = /^content-disposition:.*?;\s*name=(?:"([^"]*)"|([^\s;]*))/im.exec(head);
      return [name?.[1] ?? name?.[2], rest.join('\r\n\r\n')];
    });
}

/** Undefined where it refuses what is allowed: white space that is left out, for one. */
async function undiciFields(
  type: string,
  body: Uint8Array<ArrayBuffer>,
): Promise<readonly unknown[] | undefined> {
  try {
    return [...(await new Response(body, { headers: { 'content-type': type } }).formData())];
  } catch {
    return undefined;
  }
}

/** Browsers escape these three in names, and undici undoes it (HTML, multipart/form-data encoding); a signature is over the bytes. */
function unescaped(name: string): string {
  return name.replace(/%0A|%0D|%22/gi, (written) => decodeURIComponent(written));
}
