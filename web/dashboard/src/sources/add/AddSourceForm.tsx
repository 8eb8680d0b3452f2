import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import type { Connector, DataSourceInput } from 'datasource-sdk';
import { useEffect, useRef, useState, type FormEvent } from 'react';
import { Link, useNavigate } from 'react-router';

import { FailurePanel } from '../../components/FailurePanel';
import { useCreateDataSource, useTestDraft } from '../../sdk/dataSources';
import { isCancelled } from '../../sdk/failure';
import { DraftTest } from '../form/DraftTest';
import { SourceFields } from '../form/SourceFields';
import { useSourceForm } from '../form/useSourceForm';
import classes from './AddSourceForm.module.css';

export function AddSourceForm({ connector }: { connector: Connector }) {
  const form = useSourceForm(connector);
  const create = useCreateDataSource();
  const test = useTestDraft();
  const [tested, setTested] = useState<DataSourceInput | null>(null);
  const [unsaved, setUnsaved] = useState<unknown>(null);
  const running = useRef<AbortController | null>(null);
  const element = useRef<HTMLFormElement>(null);
  const navigate = useNavigate();
  useEffect(() => () => running.current?.abort(), []);

  /** Whether the form may be sent; otherwise shows why and goes to the first field to mend. */
  const ready = (): boolean => {
    const first = form.reveal();
    if (first !== undefined) focusField(first);
    return form.valid;
  };
  const focusField = (path: string) => {
    const input = element.current?.elements.namedItem(path);
    if (input instanceof HTMLElement) input.focus();
  };

  /** Whether the error speaks of fields: then it is shown there. */
  const refused = (error: unknown): boolean => {
    const first = form.refuse(error);
    if (first !== undefined) focusField(first);
    return first !== undefined;
  };

  const runTest = () => {
    if (!ready()) return;
    running.current?.abort();
    running.current = new AbortController();
    setTested(form.source);
    test.mutate({ source: form.source, signal: running.current.signal }, { onError: refused });
  };

  const save = (event: FormEvent) => {
    event.preventDefault();
    if (!ready()) return;
    setUnsaved(null);
    create.mutate(form.source, {
      onSuccess: ({ name }) => {
        notifications.show({ message: `${name} was saved`, color: 'petrol' });
        void navigate('/sources');
      },
      onError: (error) => {
        if (!refused(error)) setUnsaved(error);
      },
    });
  };

  return (
    <form ref={element} className={classes.layout} noValidate onSubmit={save} aria-label={`Add ${connector.title}`}>
      <div className={classes.fields}>
        <SourceFields connector={connector} form={form} />
      </div>
      <div className={classes.side}>
        <DraftTest
          running={test.isPending}
          report={test.data}
          error={isCancelled(test.error) ? null : test.error}
          stale={tested !== form.source}
        />
        {form.otherErrors.length === 0 ? null : (
          <ul className={classes.errors} role="alert">
            {form.otherErrors.map((text) => (
              <li key={text}>{text}</li>
            ))}
          </ul>
        )}
        {unsaved === null ? null : <FailurePanel error={unsaved} title="The source was not saved" />}
        <div className={classes.actions}>
          <Button variant="default" loading={test.isPending} onClick={runTest}>
            Test
          </Button>
          <Button type="submit" loading={create.isPending}>
            Save
          </Button>
          <Button component={Link} to="/sources" variant="subtle" color="gray" ml="auto">
            Cancel
          </Button>
        </div>
      </div>
    </form>
  );
}
