/** What stands around every page: the menu, the way to the content, the palette and its keys. */
import { Link, Outlet, useRouterState } from '@tanstack/react-router';
import { useState } from 'react';
import icon from '../styles/icon.svg?url';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { SHELL } from '../words/shell.ts';
import { UI } from '../words/ui.ts';
import './layout.css';
import { NAV } from './nav.ts';
import { Palette } from './palette.tsx';
import { chooseTheme, readTheme, THEMES } from './theme.ts';
import { useShortcut } from './use-shortcut.ts';
import { Who } from './who.tsx';

type Overlay = 'palette' | 'shortcuts' | undefined;

export function Layout() {
  const [overlay, setOverlay] = useState<Overlay>();
  const [isMenuOpen, setMenuOpen] = useState(false);
  const isLoading = useRouterState({ select: (state) => state.isLoading });
  useShortcut('k', () => setOverlay('palette'), true);
  useShortcut('?', () => setOverlay('shortcuts'));
  useShortcut('/', focusFilter);
  return (
    <>
      <a className="skip" href="#content">
        {SHELL.skip}
      </a>
      <header className="top-bar">
        <Brand />
        <Button aria-expanded={isMenuOpen} aria-controls="menu" onClick={() => setMenuOpen(!isMenuOpen)}>
          {SHELL.menu}
        </Button>
      </header>
      <div className="shell">
        <Sidebar
          isOpen={isMenuOpen}
          onNavigate={() => setMenuOpen(false)}
          onFind={() => setOverlay('palette')}
        />
        <main id="content" className="content" tabIndex={-1} aria-busy={isLoading}>
          <Outlet />
        </main>
      </div>
      {overlay === 'palette' && <Palette onClose={() => setOverlay(undefined)} />}
      {overlay === 'shortcuts' && <Shortcuts onClose={() => setOverlay(undefined)} />}
    </>
  );
}

/** A page marks its filter by this attribute. */
function focusFilter(): void {
  document.querySelector<HTMLElement>('[data-filter]')?.focus();
}

function Brand() {
  return (
    <Link to="/" className="brand">
      <img src={icon} alt="" />
      {SHELL.product}
    </Link>
  );
}

interface SidebarProps {
  readonly isOpen: boolean;
  readonly onNavigate: () => void;
  readonly onFind: () => void;
}

function Sidebar({ isOpen, onNavigate, onFind }: SidebarProps) {
  return (
    <aside className="sidebar" id="menu" data-open={isOpen}>
      <Brand />
      <Button className="find" onClick={onFind}>
        {SHELL.palette.open} <kbd>Ctrl K</kbd>
      </Button>
      <nav aria-label={SHELL.navigation}>
        {NAV.map(({ label, pages }) => (
          <section key={label}>
            <h2>{label}</h2>
            <ul>
              {pages.map((page) => (
                <li key={page.to}>
                  <Link to={page.to} onClick={onNavigate}>
                    {page.label}
                  </Link>
                </li>
              ))}
            </ul>
          </section>
        ))}
      </nav>
      <div className="foot">
        <ThemeChoice />
        <Who />
      </div>
    </aside>
  );
}

function ThemeChoice() {
  const [theme, setTheme] = useState(readTheme);
  return (
    <label className="field">
      <span>{SHELL.theme.label}</span>
      <select
        value={theme}
        onChange={(event) => {
          const chosen = THEMES.find((each) => each === event.target.value) ?? 'system';
          chooseTheme(chosen);
          setTheme(chosen);
        }}
      >
        {THEMES.map((each) => (
          <option key={each} value={each}>
            {SHELL.theme[each]}
          </option>
        ))}
      </select>
    </label>
  );
}

function Shortcuts({ onClose }: { readonly onClose: () => void }) {
  return (
    <Dialog label={SHELL.shortcuts.title} onClose={onClose}>
      <div className="stack">
        <h2>{SHELL.shortcuts.title}</h2>
        <dl className="facts">
          {SHELL.shortcuts.rows.map(({ keys, does }) => (
            <div key={keys} style={{ display: 'contents' }}>
              <dt>
                <kbd>{keys}</kbd>
              </dt>
              <dd>{does}</dd>
            </div>
          ))}
        </dl>
        <Button onClick={onClose}>{UI.close}</Button>
      </div>
    </Dialog>
  );
}
