/** A scheme of one’s own, or of a sender whose declaration is written down: tried before it stands in a configuration. */
import { Link } from '@tanstack/react-router';
import { SaveView } from '../shell/save-view.tsx';
import { useFilters } from '../shell/search.ts';
import { NoteBox } from '../ui/note-box.tsx';
import { Page } from '../ui/page.tsx';
import { Sentence } from '../ui/sentence.tsx';
import { CATALOGUE } from '../words/catalogue.ts';
import { DECLARED_SENDERS } from './declared-senders.generated.ts';
import { Playground } from './playground.tsx';

const OWN = `algorithm: hmac-sha256
signature: { header: x-signature, prefix: "sha256=", encoding: hex }
message: "{timestamp}.{body}"
timestamp: { header: x-timestamp, unit: s }
`;

const DOCS = 'https://github.com/countersign/countersign/blob/main/docs';
const FORMS = `${DOCS}/catalogue.md#what-a-declaration-can-express`;

export function DeclaredPage() {
  const { declared } = CATALOGUE;
  const filters = useFilters();
  const sender = DECLARED_SENDERS.find(({ name }) => name === filters.get('sender'));
  const declaration = sender?.scheme ?? OWN;
  return (
    <Page
      title={sender?.name ?? declared.title}
      lead={declared.lead}
      actions={
        <>
          <Link to="/catalogue">{CATALOGUE.back}</Link>
          <SaveView />
        </>
      }
    >
      <div className="stack catalogue">
        <div className="catalogue-filters">
          <label className="row start-from">
            <span className="small soft">{declared.start}</span>
            <select
              data-filter
              value={sender?.name ?? ''}
              onChange={({ target }) => filters.set({ sender: target.value })}
            >
              <option value="">{declared.own}</option>
              {DECLARED_SENDERS.map(({ name }) => (
                <option key={name} value={name}>
                  {name}
                </option>
              ))}
            </select>
          </label>
          <a href={FORMS} target="_blank" rel="noreferrer noopener" className="small">
            {declared.docs}
          </a>
        </div>
        {sender !== undefined && sender.notes !== '' && (
          <NoteBox tone="note">
            <p className="small">
              <b>{declared.note}:</b> <Sentence text={sender.notes} />
              {sender.more !== undefined && (
                <>
                  {': '}
                  <a href={`${DOCS}/${sender.more}`} target="_blank" rel="noreferrer noopener">
                    {declared.how}
                  </a>
                </>
              )}
            </p>
          </NoteBox>
        )}
        <Playground key={declaration} start={{ kind: 'scheme', declaration }} filters={filters} />
      </div>
    </Page>
  );
}
