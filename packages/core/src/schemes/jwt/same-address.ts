/** Whether two texts are one IP address: in any spelling, an IPv4 address mapped into IPv6 included. */
export function sameAddress(a: string, b: string): boolean {
  const first = canonical(a);
  return first !== undefined && first === canonical(b);
}

const IPV4 = /^(?:\d{1,3}\.){3}\d{1,3}$/;

/** RFC 4291 §2.5.5.2: how a socket that takes both families shows an IPv4 client. */
const MAPPED = /^::ffff:(?=\d+\.)/i;

function canonical(text: string): string | undefined {
  const address = text.replace(MAPPED, '');
  if (IPV4.test(address)) return address;
  if (!/^[0-9a-f:.]+$/i.test(address)) return undefined;
  // The URL standard writes an IPv6 address in one way (RFC 5952).
  const url = `http://[${address}]/`;
  return URL.canParse(url) ? new URL(url).hostname : undefined;
}
