import { Title } from '@mantine/core';
import type { ReactNode } from 'react';

import classes from './Page.module.css';

interface Props {
  /** Shown as the heading, and in the browser's tab. */
  title: string;
  lead?: ReactNode;
  /** Where this page stands, above the heading. */
  trail?: ReactNode;
  action?: ReactNode;
  children: ReactNode;
}

/** A page of text and forms, in a column of readable width. */
export function Page({ title, lead, trail, action, children }: Props) {
  return (
    <div className={classes.page}>
      <title>{`${title} · Data Sources`}</title>
      {trail}
      <div className={classes.head}>
        <div>
          <Title order={1}>{title}</Title>
          {lead === undefined ? null : <p className={classes.lead}>{lead}</p>}
        </div>
        {action}
      </div>
      {children}
    </div>
  );
}
