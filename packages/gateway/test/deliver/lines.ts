/** The bodies in a file of lines, each of which must be whole. */
export function linesOf(bytes: Buffer): readonly Uint8Array[] {
  const lines = bytes.toString('utf8').split('\n');
  if (lines.pop() !== '') throw new Error('the last line is not whole');
  return lines.map((line) => Buffer.from((JSON.parse(line) as { bodyBase64: string }).bodyBase64, 'base64'));
}
