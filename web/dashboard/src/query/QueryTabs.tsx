import { ActionIcon, Tooltip } from '@mantine/core';
import { IconPlus, IconX } from '@tabler/icons-react';
import { useEffect, useRef } from 'react';

import classes from './QueryTabs.module.css';
import { useQuerySession } from './session/session';
import { mostTabs, titleOf } from './session/tabs';

/** The open statements. A list of buttons rather than ARIA tabs: those may hold no button to close them. */
export function QueryTabs() {
  const { tabs, active, runOf, openEmpty, select, close } = useQuerySession();
  const strip = useRef<HTMLUListElement>(null);
  useEffect(() => {
    strip.current?.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [active.id]);

  return (
    <nav className={classes.bar} aria-label="Statements">
      <ul ref={strip} className={classes.strip}>
        {tabs.map((tab, index) => {
          const title = titleOf(tab, index);
          const current = tab.id === active.id;
          return (
            <li key={tab.id} className={classes.item} data-current={current || undefined}>
              <button type="button" className={classes.tab} aria-current={current || undefined} title={title} onClick={() => select(tab.id)}>
                {runOf(tab).state === 'running' ? <span className={classes.running} role="img" aria-label="Running" /> : null}
                <span className={classes.title}>{title}</span>
              </button>
              {tabs.length > 1 ? (
                <ActionIcon size={20} variant="subtle" color="gray" aria-label={`Close ${title}`} onClick={() => close(tab.id)}>
                  <IconX size={13} stroke={1.75} aria-hidden />
                </ActionIcon>
              ) : null}
            </li>
          );
        })}
      </ul>
      <Tooltip label="New statement">
        <ActionIcon variant="subtle" color="gray" aria-label="New statement" disabled={tabs.length >= mostTabs} onClick={openEmpty}>
          <IconPlus size={16} stroke={1.75} aria-hidden />
        </ActionIcon>
      </Tooltip>
    </nav>
  );
}
