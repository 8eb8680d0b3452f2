import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { validate, type Connector, type DataSource, type DataSourceInput, type TestReport } from 'datasource-sdk';
import { useEffect, useRef, useState, type FormEvent } from 'react';

import { toast } from '../components/toasts/toast';
import { FailurePanel } from '../components/FailurePanel';
import { TestChecks } from '../components/TestChecks';
import { useSaveDataSource, useTestDraft } from '../sdk/dataSources';
import { sentence, violationsOf } from '../sdk/failure';
import { inTitles } from '../sdk/titles';
import { draftOf, fieldsInUse, isStored, toDataSource, type Draft } from './form/draft';
import { FieldInput } from './form/FieldInput';

interface Props {
  /** The source whose credentials are replaced; null keeps the dialog closed. */
  source: DataSource | null;
  connector: Connector | undefined;
  onClose: () => void;
}

/** Whether a source of this connector has credentials to replace. */
export function hasCredentials(connector: Connector | undefined): boolean {
  return connector?.fields.some(({ group, secret }) => group === 'credentials' && secret) ?? false;
}

/** Replaces the credentials of a source and nothing else: the new ones are tested first. */
export function RotateCredentials({ source, connector, onClose }: Props) {
  // What is said stays readable while the dialog fades out.
  const [shown, setShown] = useState(source);
  useEffect(() => {
    if (source !== null) setShown(source);
  }, [source]);
  return (
    <Modal
      opened={source !== null}
      onClose={onClose}
      title={`Rotate credentials of ${shown?.name ?? ''}`}
      centered
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {shown === null || connector === undefined ? null : (
        <RotationForm key={shown.id} source={shown} connector={connector} onClose={onClose} />
      )}
    </Modal>
  );
}

function RotationForm({ source, connector, onClose }: { source: DataSource; connector: Connector; onClose: () => void }) {
  const [draft, setDraft] = useState<Draft>(() => draftOf(source, connector));
  const fields = fieldsInUse(connector.fields, connector, draft, source).filter(({ group }) => group === 'credentials');
  const [errors, setErrors] = useState<Readonly<Record<string, string>>>({});
  const [failed, setFailed] = useState<{ report: TestReport; source: DataSourceInput } | null>(null);
  const test = useTestDraft();
  const save = useSaveDataSource();
  const running = useRef(new AbortController());
  useEffect(() => {
    const controller = new AbortController();
    running.current = controller;
    return () => controller.abort();
  }, []);

  const refuse = (error: unknown) => {
    setErrors(Object.fromEntries(violationsOf(error).map(({ field, ...violation }) => [field, inTitles(sentence(violation), connector.fields)])));
  };
  const store = (next: DataSourceInput, report: TestReport) =>
    save.mutate(
      { source: next, replaces: source, report },
      {
        onSuccess: () => {
          toast(`${source.name} has new credentials`);
          onClose();
        },
        onError: refuse,
      },
    );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    // A source may have secrets of which not all change, or not all are there.
    const secrets = fields.filter(({ secret }) => secret);
    const missing = secrets.some(({ path }) => draft[path] !== '') ? [] : secrets.slice(0, 1);
    const next = toDataSource(draft, connector, source);
    const broken = [
      ...missing.map(({ path, title }) => [path, `Type the new ${title.toLowerCase()}.`] as const),
      ...validate(next).map(({ field, ...violation }) => [field, inTitles(sentence(violation), connector.fields)] as const),
    ];
    setErrors(Object.fromEntries(broken));
    setFailed(null);
    if (broken.length > 0) return;
    test.mutate(
      { source: next, signal: running.current.signal },
      {
        onSuccess: (report) => (report.passed ? store(next, report) : setFailed({ report, source: next })),
        onError: refuse,
      },
    );
  };

  const error = test.error ?? save.error;
  const elsewhere = error !== null && !fields.some(({ path }) => errors[path] !== undefined);
  return (
    <form noValidate onSubmit={submit} aria-label={`Rotate credentials of ${source.name}`}>
      <Stack gap="md">
        <Text size="md" c="dimmed">
          The new ones are tested, and saved when they work. Nothing else of the source changes.
        </Text>
        {fields.map((field) => (
          <FieldInput
            key={field.path}
            field={field.secret ? { ...field, title: `New ${field.title.toLowerCase()}` } : field}
            stored={isStored(field, source) && fields.filter(({ secret }) => secret).length > 1}
            value={draft[field.path] ?? ''}
            error={errors[field.path]}
            onChange={(value) => {
              setDraft((before) => ({ ...before, [field.path]: value }));
              setErrors({});
              setFailed(null);
            }}
          />
        ))}
        {failed === null ? null : (
          <div role="alert">
            <Text size="md" fw={600} c="var(--app-bad)">
              The test failed, nothing was saved
            </Text>
            <TestChecks report={failed.report} />
          </div>
        )}
        {elsewhere ? <FailurePanel error={error} title="The credentials were not replaced" /> : null}
        <Group justify="flex-end" gap="xs">
          {failed === null ? null : (
            <Button variant="subtle" color="gray" mr="auto" loading={save.isPending} onClick={() => store(failed.source, failed.report)}>
              Save anyway
            </Button>
          )}
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={test.isPending || save.isPending}>
            Test and save
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
