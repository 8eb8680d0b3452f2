import { Tabs } from '@mantine/core';

import { HistoryPanel } from './history/HistoryPanel';
import { SourcePanel } from './panel/SourcePanel';
import classes from './SidePanel.module.css';

interface Props {
  /** Writes a name at the cursor. */
  onInsert: (name: string) => void;
  onOpen: (statement: string) => void;
  /** Opens a statement and runs it. */
  onPreview: (statement: string) => void;
}

/** What stands beside the editor: what can be queried, and what was. */
export function SidePanel({ onInsert, onOpen, onPreview }: Props) {
  return (
    <Tabs defaultValue="sources" className={classes.panel ?? ''} keepMounted={false}>
      <Tabs.List grow>
        <Tabs.Tab value="sources">Sources</Tabs.Tab>
        <Tabs.Tab value="history">History</Tabs.Tab>
      </Tabs.List>
      <Tabs.Panel value="sources" className={classes.body ?? ''}>
        <SourcePanel onInsert={onInsert} onPreview={onPreview} />
      </Tabs.Panel>
      <Tabs.Panel value="history" className={classes.body ?? ''}>
        <HistoryPanel onOpen={onOpen} />
      </Tabs.Panel>
    </Tabs>
  );
}
