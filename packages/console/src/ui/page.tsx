/** A page: its title, what can be done with all of it, its content. */
import { type ReactNode, useEffect } from 'react';
import { SHELL } from '../words/shell.ts';
import { StrangersText } from './strangers-text.tsx';
import { plainText } from './visible-text.ts';
import './page.css';

export interface PageProps {
  /** May be a stranger’s. */
  readonly title: string;
  /** A sentence: what this page is for. */
  readonly lead?: ReactNode;
  /** Buttons and filters beside the title. */
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

export function Page({ title, lead, actions, children }: PageProps) {
  useEffect(() => {
    document.title = `${plainText(title)} · ${SHELL.product}`;
  }, [title]);
  return (
    <>
      <header className="page-head">
        <div>
          <h1>
            <StrangersText text={title} />
          </h1>
          {lead !== undefined && (
            <p className="soft">{typeof lead === 'string' ? <StrangersText text={lead} /> : lead}</p>
          )}
        </div>
        {actions !== undefined && <div className="row">{actions}</div>}
      </header>
      {children}
    </>
  );
}
