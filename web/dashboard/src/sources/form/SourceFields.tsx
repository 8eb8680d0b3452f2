import { Button, Collapse, TextInput, Title, UnstyledButton } from '@mantine/core';
import { IconChevronRight } from '@tabler/icons-react';
import type { Connector, DataSource, Field } from 'datasource-sdk';
import { useId, useState, type ReactNode } from 'react';

import { quoteIdentifier } from '../../query/sql/identifier';
import { isStored } from './draft';
import { FieldInput } from './FieldInput';
import classes from './SourceFields.module.css';
import type { SourceForm } from './useSourceForm';

interface Props {
  form: SourceForm;
  connector: Connector;
  /** The source that is changed, if it is not a new one. */
  stored: DataSource | undefined;
}

/** Every field of a source: the common ones, then the connector's in their groups, the advanced ones folded. */
export function SourceFields({ form, connector, stored }: Props) {
  const takesEndpoint = stored === undefined && (connector.endpoints?.length ?? 0) > 0 && !connector.fields.some(isAddress);
  const inGroup = (group: Field['group']) => form.fields.filter((field) => field.group === group);
  const advanced = inGroup('advanced');
  const [unfolded, setUnfolded] = useState(false);
  // What has to be mended is never folded away.
  const open = unfolded || advanced.some(({ path }) => form.errorAt(path) !== undefined);
  const advancedId = useId();

  const inputs = (fields: readonly Field[]) => (
    <div className={classes.grid}>
      {fields.map((field) => (
        <div key={field.path} className={classes.cell} data-type={field.type} data-group={field.group}>
          <FieldInput
            field={field}
            stored={isStored(field, stored)}
            value={form.draft[field.path] ?? ''}
            error={form.errorAt(field.path)}
            onChange={(value) => {
              // A whole address in the place of the host.
              if (takesEndpoint && field.type === 'host' && typeof value === 'string' && /^(jdbc:)?[a-z+]+:\/\//i.test(value)) form.setByEndpoint(true, value);
              else form.set(field.path, value);
            }}
          />
        </div>
      ))}
    </div>
  );
  const section = (title: string, fields: readonly Field[], action?: ReactNode) =>
    fields.length === 0 ? null : (
      <section className={classes.section} aria-label={title}>
        <div className={classes.heading}>
          <Title order={2} size="h3">
            {title}
          </Title>
          {action}
        </div>
        {inputs(fields)}
      </section>
    );

  return (
    <>
      <section className={classes.section} aria-label="Source">
        <div className={classes.grid}>
          <div className={classes.cell}>
            <TextInput
              name="name"
              label="Name"
              description={stored === undefined ? inStatements(String(form.draft['name'] ?? '')) : 'A name is for good: statements use it.'}
              placeholder="crm"
              required
              withAsterisk={stored === undefined}
              readOnly={stored !== undefined}
              autoFocus={stored === undefined}
              autoComplete="off"
              autoCapitalize="off"
              spellCheck={false}
              value={String(form.draft['name'] ?? '')}
              error={form.errorAt('name')}
              onChange={(event) => form.set('name', event.currentTarget.value)}
            />
          </div>
          <div className={classes.cell}>
            <TextInput
              name="description"
              label="Description"
              autoComplete="off"
              value={String(form.draft['description'] ?? '')}
              error={form.errorAt('description')}
              onChange={(event) => form.set('description', event.currentTarget.value)}
            />
          </div>
          <div className={classes.cell}>
            <TextInput
              name="allowedRoles"
              label="Roles"
              description="Who may query it, separated by commas; empty means everybody. This gateway keeps roles for others to read and does not enforce them."
              placeholder="analyst, admin"
              autoComplete="off"
              autoCapitalize="off"
              spellCheck={false}
              value={String(form.draft['allowedRoles'] ?? '')}
              error={form.errorAt('allowedRoles')}
              onChange={(event) => form.set('allowedRoles', event.currentTarget.value)}
            />
          </div>
        </div>
      </section>
      {section(
        'Connection',
        inGroup('connection'),
        takesEndpoint ? (
          <Button variant="subtle" size="compact-sm" onClick={() => form.setByEndpoint(!form.byEndpoint)}>
            {form.byEndpoint ? 'Use separate fields' : 'Use a connection URL'}
          </Button>
        ) : null,
      )}
      {section('Credentials', inGroup('credentials'))}
      {advanced.length === 0 ? null : (
        <section className={classes.section} aria-label="Advanced">
          <UnstyledButton
            className={classes.fold}
            aria-expanded={open}
            aria-controls={advancedId}
            onClick={() => setUnfolded(!open)}
          >
            <IconChevronRight size={16} aria-hidden className={classes.chevron} />
            Advanced
            <span className={classes.folded}>{open ? null : advanced.map(({ title }) => title).join(', ')}</span>
          </UnstyledButton>
          <Collapse expanded={open} id={advancedId}>
            <div className={classes.advanced}>{inputs(advanced)}</div>
          </Collapse>
        </section>
      )}
    </>
  );
}

/** Where a connector asks for an address anyway, an endpoint says nothing else. */
function isAddress({ group, type, required }: Field): boolean {
  return group === 'connection' && type === 'url' && required;
}

/** What the name is for, and how it is written when it has characters that SQL reads otherwise. */
function inStatements(name: string): string {
  const quoted = quoteIdentifier(name.trim());
  const first = 'The first part of its tables’ names in SQL';
  return name.trim() === '' || quoted === name.trim() ? `${first}.` : `${first}, written with quotes: ${quoted}.table`;
}
