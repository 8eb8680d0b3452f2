import { Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';

import classes from './EmptyState.module.css';

interface Props {
  icon: ReactNode;
  title: string;
  /** What it means and what to do next, in a sentence or two. */
  children: ReactNode;
  action?: ReactNode;
  /** Heading level: 1 when this is all the page shows. */
  level?: 1 | 2 | 3;
  role?: 'alert' | 'status';
}

export function EmptyState({ icon, title, children, action, level = 2, role }: Props) {
  return (
    <div className={classes.root} role={role}>
      <div className={classes.icon} aria-hidden>
        {icon}
      </div>
      <Title order={level} size="h2">
        {title}
      </Title>
      <Text c="dimmed" size="md" maw="44ch" ta="center">
        {children}
      </Text>
      {action === undefined ? null : <div className={classes.action}>{action}</div>}
    </div>
  );
}
