/** Tokens of Approov, and a scheme whose proofs are good for one request. */
import { SignJWT } from 'jose';

export const APPROOV_SECRET =
  'h+CX0tOzdAAR9l15bWAqvq7w9olk66daIH+Xk+IAHhVVHszjDzeGobzNnqyRze3lw/WVyWrc2gZfh3XXfBOmww==';

export async function approovToken(): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  return new SignJWT({ did: 'a-device' })
    .setProtectedHeader({ alg: 'HS256' })
    .setExpirationTime(now + 300)
    .sign(Buffer.from(APPROOV_SECRET, 'base64'));
}
