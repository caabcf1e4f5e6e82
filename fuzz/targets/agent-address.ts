/** Signature-Agent and UCP-Agent of a stranger’s request: what address they make the gate ask. */
import { HeaderList } from '@countersign/core';
import type { Objection } from '../../packages/core/src/objection.ts';
import {
  type AgentAddress,
  agentAddress,
} from '../../packages/core/src/schemes/message-signatures/keys/agent-address.ts';
import { readSignatureFields } from '../../packages/core/src/schemes/message-signatures/signature-input.ts';
import { require, target } from '../target.ts';
import { textOf } from './gate-verdict.ts';

type Addresses = readonly (AgentAddress | Objection)[];

/** The first line is Signature-Input, the rest the field that says whose keys they are. */
export const agentAddresses = target<Addresses>({
  about:
    'an address is https, of a public name, without credentials, query or fragment, and its identity is of its host',
  words: [
    'sig1=("signature-agent";key="sig1");created=1;keyid="k"\nsig1="https://agent.example"',
    'sig1=("signature-agent" "ucp-agent");created=1;keyid="k"\n"https://agent.example"',
    'sig1=("ucp-agent");keyid="k"\nprofile="https://platform.example/.well-known/ucp"',
    ';type=jwks_uri',
    'https://agent.example:8443/.well-known/keys',
    'https://127.0.0.1',
    'https://[::1]',
    'https://a@b.example',
    'https://agent.local',
    '%2e%2e/',
    '?a#b',
    '\\',
  ],
  read(input) {
    const [line = '', ...rest] = textOf(input).split('\n');
    const text = rest.join('\n');
    const fields = readSignatureFields(line, 'sig1=:AAAA:', 'request');
    if ('reason' in fields) return [];
    const headers = new HeaderList(['signature-agent', text, 'ucp-agent', text]);
    return fields.inputs.flatMap((signature) => [
      agentAddress(headers, signature, 'signature-agent'),
      agentAddress(headers, signature, 'ucp-agent'),
    ]);
  },
  judge(_input, addresses) {
    for (const address of addresses) {
      if ('reason' in address) continue;
      const url = new URL(address.url);
      require(url.protocol === 'https:' &&
        url.href === address.url, 'the address is not https, or has another spelling');
      require(url.username + url.password + url.search + url.hash === '', 'the address has more than a path');
      require(/^[^.]+(?:\.[^.]+)*\.[a-z][^.]*$/.test(url.hostname), 'the host is no public name');
      require(address.identity === url.host ||
        address.identity === url.href, 'the identity is of another host');
    }
  },
});
