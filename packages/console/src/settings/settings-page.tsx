/** How the gateway runs, who may use the console, and what is stored. */
import { useFilters } from '../shell/search.ts';
import { Page } from '../ui/page.tsx';
import { Tabs } from '../ui/tabs.tsx';
import { SETTINGS } from '../words/settings.ts';
import { AboutTab } from './about-tab.tsx';
import { AccessTab } from './access-tab.tsx';
import { ConfigurationTab } from './configuration-tab.tsx';
import { StoreTab } from './store-tab.tsx';
import './settings.css';

export function SettingsPage() {
  const filters = useFilters();
  const { tabs } = SETTINGS;
  return (
    <Page title={SETTINGS.title} lead={SETTINGS.lead}>
      <Tabs
        label={tabs.label}
        selected={filters.get('tab') ?? 'configuration'}
        onSelect={(tab) => filters.set({ tab: tab === 'configuration' ? undefined : tab })}
        tabs={[
          {
            id: 'configuration',
            label: tabs.configuration,
            content: () => <ConfigurationTab filters={filters} />,
          },
          { id: 'access', label: tabs.access, content: () => <AccessTab /> },
          { id: 'store', label: tabs.store, content: () => <StoreTab /> },
          { id: 'about', label: tabs.about, content: () => <AboutTab /> },
        ]}
      />
    </Page>
  );
}
