/** PyJWT, of Debian's python3-jwt. */
import { spawnSync } from 'node:child_process';
import type { KeyObject } from 'node:crypto';
import { runExchanges } from '../exchange.ts';
import { pemOf } from '../libraries/keys.ts';
import { CLAIMS, tokenExchanges } from '../libraries/tokens.ts';
import type { Row } from '../table.ts';

const PROGRAM = `
import json, sys, time, jwt
asked = json.load(sys.stdin)
if "token" in asked:
    claims = jwt.decode(asked["token"], asked["key"], algorithms=[asked["algorithm"]])
    print(json.dumps(claims))
else:
    claims = dict(asked["claims"], exp=int(time.time()) + 60)
    print(json.dumps(jwt.encode(claims, asked["key"], algorithm=asked["algorithm"])))
`;

/** Debian's packages are the second one's, where a first one stands before it. */
const PYTHONS: readonly string[] = ['python3', '/usr/bin/python3'];

export async function runPyJwt(): Promise<readonly Row[]> {
  const python = PYTHONS.find((command) => versionOf(command) !== undefined);
  if (python === undefined) {
    const note = 'not installed: apt-get install python3-jwt python3-cryptography';
    return [{ library: 'PyJWT', direction: 'both', name: 'tokens', outcome: 'not there', note }];
  }
  const ask = (question: object): unknown => askPython(python, question);
  return await runExchanges(
    `PyJWT ${versionOf(python)}`,
    tokenExchanges({
      sign: (algorithm, key) => ask({ algorithm, key: textOf(key), claims: CLAIMS }) as string,
      accepts(token, algorithm, key) {
        const claims = ask({ algorithm, key: textOf(key), token }) as Readonly<Record<string, unknown>>;
        return claims['sub'] === CLAIMS.sub && claims['name'] === CLAIMS.name;
      },
      lacks: { Ed25519: 'it has EdDSA only (RFC 8037), not the name of RFC 9864' },
    }),
  );
}

function textOf(key: KeyObject | string): string {
  return typeof key === 'string' ? key : pemOf(key);
}

function versionOf(python: string): string | undefined {
  const { status, stdout } = spawnSync(python, ['-c', 'import jwt, cryptography; print(jwt.__version__)'], {
    encoding: 'utf8',
  });
  return status === 0 ? stdout.trim() : undefined;
}

function askPython(python: string, question: object): unknown {
  const { status, stdout, stderr } = spawnSync(python, ['-c', PROGRAM], {
    input: JSON.stringify(question),
    encoding: 'utf8',
  });
  if (status === 0) return JSON.parse(stdout);
  throw new Error(stderr.trim().split('\n').at(-1));
}
