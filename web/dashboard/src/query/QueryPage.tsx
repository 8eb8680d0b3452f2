import type { SQLNamespace } from '@codemirror/lang-sql';
import { Button, Loader, SegmentedControl, TextInput } from '@mantine/core';
import { useDisclosure, useMediaQuery } from '@mantine/hooks';
import { IconLayoutSidebar } from '@tabler/icons-react';
import type { DataSource } from 'datasource-sdk';
import { lazy, Suspense, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useLocation, useNavigate } from 'react-router';

import { useDataSources } from '../sdk/dataSources';
import { useSchemas } from '../sdk/schema';
import { mentioned, namespaceOf } from './editor/completion';
import { EditorSkeleton } from './editor/EditorSkeleton';
import type { SqlEditorHandle } from './editor/SqlEditor';
import classes from './QueryPage.module.css';
import { QueryTabs } from './QueryTabs';
import { ExportMenu } from './results/export/ExportMenu';
import { Results } from './results/Results';
import type { View } from './results/ResultView';
import type { Sorting } from './results/rows/order';
import { useRowOrder } from './results/rows/useRowOrder';
import { RunBar } from './RunBar';
import { statementOf } from './session/link';
import { finishedOf, type Finished } from './session/run';
import { useQuerySession, type QuerySession } from './session/session';
import { titleOf } from './session/tabs';
import { ShareButton } from './ShareButton';
import { SidePanel } from './SidePanel';
import { Splitter } from './Splitter';
import { hasSamples, sampleJoin } from './sql/sample';
import { useEditorShare } from './useEditorShare';

const SqlEditor = lazy(() => import('./editor/SqlEditor'));
const SideDrawer = lazy(() => import('./SideDrawer'));

/** Write a statement, run it, read its rows. */
export default function QueryPage() {
  const session = useQuerySession();
  const sources = useDataSources();
  const editor = useRef<SqlEditorHandle>(null);
  const [selection, setSelection] = useState(false);
  const [share, setShare] = useEditorShare();
  const [drawer, { open: openDrawer, close: closeDrawer }] = useDisclosure(false);
  const wide = useMediaQuery('(min-width: 56em)', true, { getInitialValueInEffect: false });
  const { active, run, setText } = session;
  const [view, setView] = useState<View>('table');
  const finished = finishedOf(run);
  const result = finished?.result;
  const [words, setWords] = useOf(finished, '');
  const [sorting, setSorting] = useOf<Sorting | null>(finished, null);
  const { order, pending } = useRowOrder(result, words, sorting);
  const { text } = active;

  const names = sources.data?.map(({ name }) => name);
  useLinkedStatement(session);
  useFirstText(names, sources.isError, session);

  const namespace = useNamespace(text ?? '', sources.data);

  // Runs once its tab is the open one.
  const [preview, setPreview] = useState<string | null>(null);
  const { execute: executeIn } = session;
  useEffect(() => {
    if (preview === null || preview !== text) return;
    setPreview(null);
    executeIn(preview);
  }, [preview, text, executeIn]);

  const execute = () => session.execute(editor.current?.statement() ?? text ?? '');
  const panel = (
    <SidePanel
      onInsert={(name) => {
        closeDrawer();
        editor.current?.insert(name);
      }}
      onOpen={(statement) => {
        closeDrawer();
        session.open(statement);
      }}
      onPreview={(statement) => {
        closeDrawer();
        session.open(statement);
        setPreview(statement);
      }}
    />
  );
  return (
    <div className={classes.page}>
      <title>Query · Data Sources</title>
      <h1 className={classes.hidden}>Query</h1>
      {wide ? (
        <aside className={classes.side} aria-label="Sources and history">
          {panel}
        </aside>
      ) : (
        <Suspense fallback={null}>
          <SideDrawer opened={drawer} onClose={closeDrawer}>
            {panel}
          </SideDrawer>
        </Suspense>
      )}
      <div className={classes.work} style={{ gridTemplateRows: `auto minmax(6rem, ${share}fr) auto auto minmax(8rem, ${1 - share}fr)` }}>
        <QueryTabs />
        <div className={classes.editor}>
          {text === undefined ? (
            <EditorSkeleton />
          ) : (
            <Suspense fallback={<EditorSkeleton />}>
              <SqlEditor
                key={active.id}
                ref={editor}
                initialText={text}
                namespace={namespace}
                onChange={setText}
                onSelect={setSelection}
                onRun={execute}
                onEscape={() => {
                  if (run.state !== 'running') return false;
                  session.cancel();
                  return true;
                }}
              />
            </Suspense>
          )}
        </div>
        <Splitter share={share} onChange={setShare} />
        <RunBar
          run={run}
          shown={order?.length}
          selection={selection}
          disabled={text === undefined || text.trim() === ''}
          onRun={execute}
          onCancel={session.cancel}
          extra={
            <>
              {wide ? null : (
                <Button size="xs" variant="default" leftSection={<IconLayoutSidebar size={14} aria-hidden />} onClick={openDrawer}>
                  Sources
                </Button>
              )}
              <ShareButton statement={text ?? ''} />
            </>
          }
          tools={
            result === undefined ? null : (
              <>
                <TextInput
                  type="search"
                  size="xs"
                  className={classes.filter ?? ''}
                  aria-label="Filter rows"
                  placeholder="Filter rows"
                  rightSection={pending === null ? null : <Loader size={12} aria-label="Filtering" />}
                  value={words}
                  onChange={(event) => setWords(event.currentTarget.value)}
                />
                <SegmentedControl
                  size="xs"
                  aria-label="Show the result as"
                  value={view}
                  onChange={(next) => setView(next as View)}
                  data={[
                    { value: 'table', label: 'Table' },
                    { value: 'chart', label: 'Chart' },
                  ]}
                />
                <ExportMenu result={result} order={order} name={titleOf(active, session.tabs.indexOf(active))} />
              </>
            )
          }
        />
        <div className={classes.results}>
          <Results
            key={active.id}
            run={run}
            linked={active.linked === true}
            view={view}
            order={order}
            sorting={sorting}
            onSort={setSorting}
            hasSources={names === undefined || names.length > 0}
            onRun={execute}
          />
        </div>
      </div>
    </div>
  );
}

/** A state that starts anew with every result. */
function useOf<T>(finished: Finished | undefined, initial: T) {
  const of = finished?.startedAt;
  const [state, setState] = useState({ of, value: initial });
  const value = state.of === of ? state.value : initial;
  return [value, useCallback((next: T) => setState({ of, value: next }), [of])] as const;
}

const none: readonly DataSource[] = [];

/** What the editor completes. Tables are read of the sources that the statement names, as it is written. */
function useNamespace(text: string, sources: readonly DataSource[] = none): SQLNamespace {
  const active = sources.filter(({ status }) => status === 'ACTIVE');
  const wanted = mentioned(text, active.map(({ name }) => name));
  const schemas = useSchemas(active.filter(({ name }) => wanted.includes(name)));
  return useMemo(() => namespaceOf(sources.map(({ name }) => name), schemas), [sources, schemas]);
}

/** A link to a statement opens it and runs nothing: who made the link is not known. */
function useLinkedStatement({ open }: QuerySession): void {
  const { hash } = useLocation();
  const navigate = useNavigate();
  useEffect(() => {
    const statement = statementOf(hash);
    if (statement === undefined) return;
    open(statement, 'link');
    // Out of the address bar: what is written from here on is another statement.
    void navigate({ pathname: '/', hash: '' }, { replace: true });
  }, [hash, navigate, open]);
}

/** Decides once what the editor starts with: the ready join when the samples are there, else nothing. */
function useFirstText(names: readonly string[] | undefined, failed: boolean, { active, begin }: QuerySession): void {
  const samples = names === undefined ? undefined : hasSamples(names);
  const undecided = active.text === undefined;
  useEffect(() => {
    if (!undecided || (samples === undefined && !failed)) return;
    begin(samples === true ? sampleJoin : '');
  }, [undecided, samples, failed, begin]);
}
