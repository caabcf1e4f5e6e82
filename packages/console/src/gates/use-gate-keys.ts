/** A gate's keys as they stand, and changes of them: each is made of what was read, and of nothing newer. */
import {
  type AddedKeyView,
  type AddKeyInput,
  AdminError,
  type ChangeKeyInput,
  type GateKeysView,
  type ReadReply,
} from '@countersign/api';
import {
  type UseMutationResult,
  type UseQueryResult,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query';
import { client } from '../api/client.ts';
import { failureText } from '../ui/answered.tsx';
import { KEYS } from '../words/keys.ts';

/** Who looks at keys sees what changes so often. */
export const KEYS_EVERY_MS = 2_000;

export type ReadKeys = ReadReply<GateKeysView>;

export function useGateKeys(gate: string): UseQueryResult<ReadKeys> {
  return useQuery({
    queryKey: ['gateKeys', gate],
    queryFn: () => client.read('gateKeys', { gate }),
    refetchInterval: KEYS_EVERY_MS,
  });
}

export interface KeyChangeOf extends ChangeKeyInput {
  readonly key: string;
}

/** Changes one key, or several one after the other: each of what the answer before it showed, so that nobody else's change is written over. */
export function useKeyChange(gate: string): UseMutationResult<void, Error, readonly KeyChangeOf[]> {
  const refresh = useRefresh(gate);
  return useMutation({
    async mutationFn(changes) {
      let { etag } = await readShown(gate, refresh.shown());
      for (const change of changes)
        ({ etag } = await client.read('changeKey', Object.assign({ gate }, change), { ifMatch: etag }));
    },
    onSettled: refresh.read,
  });
}

export function useKeyAdd(gate: string): UseMutationResult<AddedKeyView, Error, AddKeyInput> {
  const refresh = useRefresh(gate);
  return useMutation({
    async mutationFn(input) {
      const { etag } = await readShown(gate, refresh.shown());
      return client.call('addKey', Object.assign({ gate }, input), { ifMatch: etag });
    },
    onSettled: refresh.read,
    // The answer has the secret: no longer than somebody looks.
    gcTime: 0,
  });
}

/** What somebody decided by: what is on the page. */
async function readShown(gate: string, shown: ReadKeys | undefined): Promise<ReadKeys> {
  return shown ?? client.read('gateKeys', { gate });
}

function useRefresh(gate: string) {
  const queries = useQueryClient();
  return {
    shown: () => queries.getQueryData<ReadKeys>(['gateKeys', gate]),
    read: async () => {
      await queries.invalidateQueries({ queryKey: ['gateKeys', gate] });
      await queries.invalidateQueries({ queryKey: ['gates'] });
    },
  };
}

/** What to say of a change that was not made. */
export function changeFailure(error: unknown): string {
  const isStale = error instanceof AdminError && error.code === 'changed-meanwhile';
  return isStale ? KEYS.nobody : failureText(error);
}
