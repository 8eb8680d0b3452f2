import { Button } from '@mantine/core';
import type { Connector, DataSource, DataSourceInput } from 'datasource-sdk';
import { useEffect, useRef, useState, type FormEvent } from 'react';
import { Link, useNavigate } from 'react-router';

import { toast } from '../../components/toasts/toast';
import { FailurePanel } from '../../components/FailurePanel';
import { useFreshDataSource, useSaveDataSource, useTestDraft } from '../../sdk/dataSources';
import { isCancelled, isOutdated, violationsOf } from '../../sdk/failure';
import { DraftTest } from './DraftTest';
import { EditConflict } from './EditConflict';
import classes from './SourceEditor.module.css';
import { SourceFields } from './SourceFields';
import { useSourceForm } from './useSourceForm';

interface Props {
  connector: Connector;
  /** The source to change; absent: a new one. */
  stored?: DataSource;
  /** Begins anew with another version of the stored source. */
  onLoad?: (current: DataSource) => void;
}

/** The form of a new source or of a stored one, with a test of what is in it. */
export function SourceEditor({ connector, stored, onLoad }: Props) {
  const form = useSourceForm(connector, stored);
  const save = useSaveDataSource();
  const test = useTestDraft();
  const [tested, setTested] = useState<DataSourceInput | null>(null);
  const [unsaved, setUnsaved] = useState<unknown>(null);
  // What somebody else has made of the source since the form was opened.
  const [newer, setNewer] = useState<DataSource | null>(null);
  const readAnew = useFreshDataSource();
  const [resumed, setResumed] = useState(form.changed);
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

  const submit = (event: FormEvent) => {
    event.preventDefault();
    store(stored);
  };

  /** @param replaces The version that may be replaced; absent: there is none. */
  const store = (replaces: DataSource | undefined) => {
    if (!ready()) return;
    setUnsaved(null);
    // A test of exactly this is the saved source's last test.
    const report = tested === form.source ? test.data : undefined;
    save.mutate(
      { source: form.source, replaces, report },
      {
        onSuccess: ({ name }) => {
          form.forget();
          toast(`${name} was saved`);
          void navigate('/sources');
        },
        onError: (error) => {
          if (isOutdated(error)) readAnew(form.source.name).then(setNewer, setUnsaved);
          else if (!refused(error)) setUnsaved(error);
        },
      },
    );
  };

  const startOver = () => {
    setResumed(false);
    form.reset();
  };

  return (
    <form
      ref={element}
      className={classes.layout}
      noValidate
      onSubmit={submit}
      aria-label={stored === undefined ? `Add ${connector.title}` : `Edit ${stored.name}`}
    >
      <div>
        {resumed ? (
          <p className={classes.resumed} role="status">
            Not saved yet: this is what you typed before{form.fields.some(({ secret }) => secret) ? ', without passwords and keys' : ''}.{' '}
            <Button variant="subtle" size="compact-sm" onClick={startOver}>
              {stored === undefined ? 'Start over' : 'Back to what is stored'}
            </Button>
          </p>
        ) : null}
        <SourceFields form={form} connector={connector} stored={stored} />
      </div>
      <div className={classes.side}>
        {form.otherErrors.length === 0 ? null : (
          <ul className={classes.errors} role="alert">
            {form.otherErrors.map((text) => (
              <li key={text}>{text}</li>
            ))}
          </ul>
        )}
        {newer === null || stored === undefined ? null : (
          <EditConflict
            connector={connector}
            opened={stored}
            current={newer}
            saving={save.isPending}
            onLoad={() => {
              form.forget();
              onLoad?.(newer);
            }}
            onOverwrite={() => store(newer)}
          />
        )}
        {unsaved === null ? null : <FailurePanel error={unsaved} title="The source was not saved" />}
        <div className={classes.actions}>
          {test.isPending ? (
            <Button variant="default" onClick={() => running.current?.abort()}>
              Stop the test
            </Button>
          ) : (
            <Button variant="default" onClick={runTest}>
              Test
            </Button>
          )}
          <Button type="submit" loading={save.isPending} disabled={stored !== undefined && !form.changed}>
            Save
          </Button>
          <Button component={Link} to="/sources" variant="subtle" color="gray" ml="auto" onClick={form.forget}>
            Cancel
          </Button>
        </div>
        {/* Below the buttons, which so stay where they are. */}
        <DraftTest
          running={test.isPending}
          report={test.data}
          // Broken rules are told at their fields.
          error={isCancelled(test.error) || violationsOf(test.error).length > 0 ? null : test.error}
          stale={tested !== form.source}
        />
      </div>
    </form>
  );
}
