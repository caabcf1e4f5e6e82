/** MD5 (RFC 1321), which no runtime’s WebCrypto has: to recognise what an old sender signs with it, and for nothing else. */

const SHIFTS = [
  [7, 12, 17, 22],
  [5, 9, 14, 20],
  [4, 11, 16, 23],
  [6, 10, 15, 21],
] as const;

const SINES = /* @__PURE__ */ Array.from(
  { length: 64 },
  (_, i) => Math.floor(Math.abs(Math.sin(i + 1)) * 2 ** 32) | 0,
);

const BLOCK_BYTES = 64;

export function md5(message: Uint8Array): Uint8Array {
  const length = Math.ceil((message.length + 9) / BLOCK_BYTES) * BLOCK_BYTES;
  const padded = new Uint8Array(length);
  padded.set(message);
  padded[message.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setUint32(length - 8, (message.length << 3) >>> 0, true);
  view.setUint32(length - 4, Math.floor(message.length / 2 ** 29), true);
  const state = new Int32Array([0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476]);
  for (let at = 0; at < length; at += BLOCK_BYTES) addBlock(state, view, at);
  const digest = new Uint8Array(16);
  const output = new DataView(digest.buffer);
  state.forEach((word, i) => {
    output.setInt32(4 * i, word, true);
  });
  return digest;
}

function addBlock(state: Int32Array, view: DataView, at: number): void {
  let [a = 0, b = 0, c = 0, d = 0] = state;
  for (let i = 0; i < 64; i++) {
    const round = i >> 4;
    const [mixed, word] = mix(round, i, b, c, d);
    const sum = (a + mixed + (SINES[i] as number) + view.getInt32(at + 4 * word, true)) | 0;
    const by = SHIFTS[round as 0 | 1 | 2 | 3][(i & 3) as 0 | 1 | 2 | 3];
    a = d;
    d = c;
    c = b;
    b = (b + ((sum << by) | (sum >>> (32 - by)))) | 0;
  }
  for (const [i, word] of [a, b, c, d].entries()) state[i] = ((state[i] as number) + word) | 0;
}

/** What a round makes of the state, and which word of the block it takes. */
function mix(round: number, i: number, b: number, c: number, d: number): readonly [number, number] {
  if (round === 0) return [(b & c) | (~b & d), i];
  if (round === 1) return [(d & b) | (~d & c), (5 * i + 1) & 15];
  if (round === 2) return [b ^ c ^ d, (3 * i + 5) & 15];
  return [c ^ (b | ~d), (7 * i) & 15];
}

/** HMAC (RFC 2104) with MD5. */
export function hmacMd5(key: Uint8Array, message: Uint8Array): Uint8Array {
  const block = key.length > BLOCK_BYTES ? md5(key) : key;
  const padded = (byte: number, rest: Uint8Array): Uint8Array => {
    const bytes = new Uint8Array(BLOCK_BYTES + rest.length).fill(byte, 0, BLOCK_BYTES);
    block.forEach((own, i) => {
      bytes[i] = own ^ byte;
    });
    bytes.set(rest, BLOCK_BYTES);
    return bytes;
  };
  return md5(padded(0x5c, md5(padded(0x36, message))));
}
