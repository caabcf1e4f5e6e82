/** One request: why it was refused, its way, what it carried, what became of it. */
import { useParams } from '@tanstack/react-router';
import { Answered } from '../ui/answered.tsx';
import { Page } from '../ui/page.tsx';
import { REQUEST } from '../words/request.ts';
import { KeptRequest } from './kept-request.tsx';
import { StreamedRequest } from './streamed-request.tsx';
import { useSubject } from './subject.ts';
import { UnknownRequest } from './unknown-request.tsx';
import './request.css';

export function RequestPage() {
  const { id = '' } = useParams({ strict: false });
  const subject = useSubject(id);
  if (subject.data === undefined)
    return (
      <Page title={REQUEST.title}>
        <Answered query={subject}>{() => null}</Answered>
      </Page>
    );
  const { data } = subject;
  switch (data.kind) {
    case 'event':
      return <KeptRequest key={id} kept={data.event} />;
    case 'refused':
      return <KeptRequest key={id} kept={data.refused} />;
    case 'streamed':
      return <StreamedRequest row={data.row} isForbidden={data.isForbidden} />;
    case 'unknown':
      return <UnknownRequest id={id} isForbidden={data.isForbidden} onTold={() => void subject.refetch()} />;
  }
}
