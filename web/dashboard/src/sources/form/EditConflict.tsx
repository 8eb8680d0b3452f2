import { Button, Group, Title } from '@mantine/core';
import { IconGitBranch } from '@tabler/icons-react';
import type { Connector, DataSource } from 'datasource-sdk';

import { differences } from './differences';
import classes from './EditConflict.module.css';

interface Props {
  connector: Connector;
  /** The source as it was when the form was opened, and as it is now. */
  opened: DataSource;
  current: DataSource;
  saving: boolean;
  onLoad: () => void;
  onOverwrite: () => void;
}

/** Somebody else has changed the source meanwhile: what they changed, and which of the two versions is to stay. */
export function EditConflict({ connector, opened, current, saving, onLoad, onOverwrite }: Props) {
  const changes = differences(opened, current, connector);
  return (
    <section className={classes.panel} role="alert" aria-label="Changed meanwhile">
      <IconGitBranch size={18} stroke={1.75} className={classes.icon} aria-hidden />
      <div className={classes.body}>
        <Title order={2} size="h3">
          Somebody else changed {current.name} meanwhile
        </Title>
        <p className={classes.text}>Nothing was saved. {changes.length === 0 ? 'What they changed does not show here: a password, or something that is as it was again.' : 'Since you opened it:'}</p>
        {changes.length === 0 ? null : (
          <dl className={classes.list}>
            {changes.map(({ title, before, after }) => (
              <div key={title}>
                <dt>{title}</dt>
                <dd>
                  <del>{before || 'empty'}</del> <span aria-hidden>→</span> <ins>{after || 'empty'}</ins>
                </dd>
              </div>
            ))}
          </dl>
        )}
        <Group gap="xs">
          <Button size="xs" variant="default" onClick={onLoad}>
            Load the newer version
          </Button>
          <Button size="xs" color="red" variant="light" loading={saving} onClick={onOverwrite}>
            Overwrite
          </Button>
        </Group>
      </div>
    </section>
  );
}
