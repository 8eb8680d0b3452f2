import { Button, Drawer } from '@mantine/core';
import { useDisclosure, useMediaQuery } from '@mantine/hooks';
import { IconDatabase } from '@tabler/icons-react';
import { lazy, Suspense, useEffect, useRef, useState } from 'react';

import { useDataSources } from '../sdk/dataSources';
import type { SqlEditorHandle } from './editor/SqlEditor';
import { EditorSkeleton } from './editor/EditorSkeleton';
import { SourcePanel } from './panel/SourcePanel';
import classes from './QueryPage.module.css';
import { Results } from './results/Results';
import { RunBar } from './RunBar';
import { useQuerySession } from './session/session';
import { Splitter } from './Splitter';
import { quoteIdentifier } from './sql/identifier';
import { hasSamples, sampleJoin } from './sql/sample';
import { useEditorShare } from './useEditorShare';

const SqlEditor = lazy(() => import('./editor/SqlEditor'));

/** Write a statement, run it, read its rows. */
export default function QueryPage() {
  const session = useQuerySession();
  const sources = useDataSources();
  const editor = useRef<SqlEditorHandle>(null);
  const [selection, setSelection] = useState(false);
  const [share, setShare] = useEditorShare();
  const [drawer, { open: openDrawer, close: closeDrawer }] = useDisclosure(false);
  const wide = useMediaQuery('(min-width: 56em)', true, { getInitialValueInEffect: false });
  const { text, setText, run } = session;

  const names = sources.data?.map(({ name }) => name);
  useFirstText(names, sources.isError, text, setText);

  const execute = () => session.execute(editor.current?.statement() ?? text ?? '');
  const insert = (name: string) => {
    closeDrawer();
    editor.current?.insert(quoteIdentifier(name));
  };

  const panel = <SourcePanel onInsert={insert} />;
  return (
    <div className={classes.page}>
      <title>Query · Data Sources</title>
      <h1 className={classes.hidden}>Query</h1>
      {wide ? (
        <aside className={classes.side} aria-label="Sources">
          <h2 className={classes.sideTitle}>Sources</h2>
          {panel}
        </aside>
      ) : (
        <Drawer
          opened={drawer}
          onClose={closeDrawer}
          title="Sources"
          size="min(20rem, 85vw)"
          padding="sm"
          closeButtonProps={{ 'aria-label': 'Close' }}
        >
          {panel}
        </Drawer>
      )}
      <div className={classes.work} style={{ gridTemplateRows: `minmax(6rem, ${share}fr) auto auto minmax(8rem, ${1 - share}fr)` }}>
        <div className={classes.editor}>
          {text === undefined ? (
            <EditorSkeleton />
          ) : (
            <Suspense fallback={<EditorSkeleton />}>
              <SqlEditor
                ref={editor}
                initialText={text}
                sourceNames={names ?? []}
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
          selection={selection}
          disabled={text === undefined || text.trim() === ''}
          onRun={execute}
          onCancel={session.cancel}
          extra={
            wide ? null : (
              <Button size="xs" variant="default" leftSection={<IconDatabase size={14} aria-hidden />} onClick={openDrawer}>
                Sources
              </Button>
            )
          }
        />
        <div className={classes.results}>
          <Results run={run} hasSources={names === undefined || names.length > 0} onRun={execute} />
        </div>
      </div>
    </div>
  );
}

/** Decides once what the editor starts with: what was there last time, the ready join when the samples are there, else nothing. */
function useFirstText(
  names: readonly string[] | undefined,
  failed: boolean,
  text: string | undefined,
  setText: (text: string) => void,
): void {
  const samples = names === undefined ? undefined : hasSamples(names);
  useEffect(() => {
    if (text !== undefined || (samples === undefined && !failed)) return;
    setText(samples === true ? sampleJoin : '');
  }, [samples, failed, text, setText]);
}
