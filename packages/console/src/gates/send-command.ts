/** Commands that send a request to a gate, to be typed on the gateway's machine. */
import type { GateView } from '@countersign/api';

/** What a gate's address has for any word: an address that is sent to has a word there. */
const PLACES = /(?<=\/)(?::[A-Za-z_]\w*|\*\w*)/g;

type Addressed = Pick<GateView, 'url' | 'localUrl'>;

/** Without a variable of the gate's the command reads the one that the provider's documentation names. */
export function sendCommand(gate: Addressed & Pick<GateView, 'provider' | 'keyVariable'>): string {
  const key = gate.keyVariable === undefined ? '' : ` --key-env ${gate.keyVariable}`;
  return `npx countersign send ${addressOf(gate)} -p ${gate.provider}${key} -d '{"hello":"world"}'`;
}

/** A gate that wants a proof refuses what it sends. */
export function unsignedCommand(gate: Addressed): string {
  return `curl -i -X POST ${addressOf(gate)} -d '{}'`;
}

function addressOf({ url, localUrl }: Addressed): string {
  const address = (url ?? localUrl).replaceAll(PLACES, 'test');
  return /^[\w:/.[\]-]+$/.test(address) ? address : `'${address.replaceAll("'", "'\\''")}'`;
}
