import { Button } from '@mantine/core';
import { useDisclosure, useMediaQuery } from '@mantine/hooks';
import { IconLayoutSidebar } from '@tabler/icons-react';
import { lazy, Suspense, useEffect, useRef, useState } from 'react';

import { useDataSources } from '../sdk/dataSources';
import { EditorSkeleton } from './editor/EditorSkeleton';
import type { SqlEditorHandle } from './editor/SqlEditor';
import { useNamespace } from './editor/useNamespace';
import classes from './QueryPage.module.css';
import { QueryTabs } from './QueryTabs';
import { Results } from './results/Results';
import { ResultTools } from './results/ResultTools';
import type { View } from './results/ResultView';
import type { Sorting } from './results/rows/order';
import { useRowOrder } from './results/rows/useRowOrder';
import { useOf } from './results/useOf';
import { RunBar } from './RunBar';
import { shownOf } from './session/run';
import { useQuerySession } from './session/session';
import { titleOf } from './session/tabs';
import { useFirstText } from './session/useFirstText';
import { useLinkedStatement } from './session/useLinkedStatement';
import { ShareButton } from './ShareButton';
import { SidePanel } from './SidePanel';
import { Splitter } from './Splitter';
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
  const shown = shownOf(run);
  const [words, setWords] = useOf(shown, '');
  const [sorting, setSorting] = useOf<Sorting | null>(shown, null);
  const rows = useRowOrder(shown?.growing === false ? shown.result : undefined, words, sorting);
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
          shown={rows.order?.length}
          selection={selection}
          disabled={text === undefined || text.trim() === ''}
          onRun={execute}
          onRunFresh={(statement) => session.execute(statement, { fresh: true })}
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
            shown === undefined ? null : (
              <ResultTools
                result={shown.result}
                rows={rows}
                growing={shown.growing}
                name={`${titleOf(active, session.tabs.indexOf(active))}${shown.cut === undefined ? '' : ' not all rows'}`}
                view={view}
                onView={setView}
                words={words}
                onWords={setWords}
              />
            )
          }
        />
        <div className={classes.results}>
          <Results
            key={active.id}
            run={run}
            linked={active.linked === true}
            view={view}
            order={rows.order}
            sorting={sorting}
            onSort={setSorting}
            sources={sources.data}
            onRun={execute}
          />
        </div>
      </div>
    </div>
  );
}
