/** What to set where the sender's platform is set up; nothing where whoever sends signs by a scheme of the operator's. */

import { NoteBox } from '../ui/note-box.tsx';
import { Sentence } from '../ui/sentence.tsx';
import { ROTATION } from '../words/keys.ts';
import { useProviderData } from './use-provider-data.ts';

export function SenderSetUp({ provider }: { readonly provider: string }) {
  const { data } = useProviderData(provider);
  if (data?.setUp === undefined) return null;
  return (
    <NoteBox>
      <h3>
        {ROTATION.secret.where} · {data.title}
      </h3>
      <p>
        <Sentence text={data.setUp} />
      </p>
    </NoteBox>
  );
}
