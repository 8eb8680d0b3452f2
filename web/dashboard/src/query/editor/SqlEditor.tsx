import { autocompletion, closeBrackets, closeBracketsKeymap, closeCompletion, completionKeymap, startCompletion } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { PostgreSQL, schemaCompletionSource, type SQLNamespace } from '@codemirror/lang-sql';
import { bracketMatching, indentOnInput } from '@codemirror/language';
import { Compartment, EditorState, Prec } from '@codemirror/state';
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  highlightSpecialChars,
  keymap,
  lineNumbers,
  placeholder,
} from '@codemirror/view';
import { useEffect, useImperativeHandle, useRef, type Ref } from 'react';

import { editorTheme } from './editorTheme';

export interface SqlEditorHandle {
  /** Puts text in place of the selection and goes on writing there. */
  insert: (text: string) => void;
  /** The selected text, or all of it when nothing is selected. */
  statement: () => string;
}

interface Props {
  initialText: string;
  /** What can be completed. */
  namespace: SQLNamespace;
  onChange: (text: string) => void;
  /** Whether anything is selected. */
  onSelect: (selected: boolean) => void;
  onRun: () => void;
  onEscape: () => boolean;
  ref: Ref<SqlEditorHandle>;
}

/** A SQL editor. It owns its text; the parent is told of every change. */
export default function SqlEditor({ initialText, namespace, onChange, onSelect, onRun, onEscape, ref }: Props) {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const completions = useRef(new Compartment());
  // The editor is made once; its listeners call what the newest render passed.
  const calls = useRef({ onChange, onSelect, onRun, onEscape });
  calls.current = { onChange, onSelect, onRun, onEscape };
  const first = useRef({ text: initialText, namespace });
  // Something was typed and not run since: names may be waited for.
  const writing = useRef(false);

  useEffect(() => {
    if (host.current === null) return;
    const editor = new EditorView({
      parent: host.current,
      state: EditorState.create({
        doc: first.current.text,
        selection: { anchor: first.current.text.length },
        extensions: [
          Prec.highest(
            keymap.of([
              {
                key: 'Mod-Enter',
                run: (target) => {
                  closeCompletion(target);
                  writing.current = false;
                  calls.current.onRun();
                  return true;
                },
              },
              { key: 'Escape', run: () => calls.current.onEscape() },
            ]),
          ),
          lineNumbers(),
          highlightActiveLineGutter(),
          highlightActiveLine(),
          highlightSpecialChars(),
          history(),
          drawSelection(),
          indentOnInput(),
          bracketMatching(),
          closeBrackets(),
          autocompletion({ icons: false }),
          PostgreSQL.language,
          completions.current.of(completeNames(first.current.namespace)),
          // Tab is left to the page: it leads out of the editor, as everywhere else.
          keymap.of([...closeBracketsKeymap, ...defaultKeymap, ...historyKeymap, ...completionKeymap]),
          placeholder('select … from source.table'),
          editorTheme,
          EditorView.lineWrapping,
          EditorView.contentAttributes.of({ 'aria-label': 'SQL statement', tabindex: '0' }),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) {
              writing.current = true;
              calls.current.onChange(update.state.doc.toString());
            }
            if (update.selectionSet || update.docChanged) calls.current.onSelect(!update.state.selection.main.empty);
          }),
        ],
      }),
    });
    view.current = editor;
    // The editor looks at its own box, which is as high as the page makes it. Lines that change their height, as when a style sheet comes late, it does not see.
    const grown = new ResizeObserver(() => editor.requestMeasure());
    grown.observe(editor.contentDOM);
    return () => {
      grown.disconnect();
      view.current = null;
      calls.current.onSelect(false);
      editor.destroy();
    };
  }, []);

  useEffect(() => {
    const editor = view.current;
    if (editor === null) return;
    editor.dispatch({ effects: completions.current.reconfigure(completeNames(namespace)) });
    // Names that come while somebody waits for them behind a dot are offered at once.
    const { from } = editor.state.selection.main;
    const before = editor.state.sliceDoc(Math.max(0, from - 64), from);
    if (writing.current && editor.hasFocus && /\.\w*$/.test(before)) startCompletion(editor);
  }, [namespace]);

  useImperativeHandle(ref, () => ({
    insert: (text) => {
      const editor = view.current;
      if (editor === null) return;
      editor.dispatch(editor.state.replaceSelection(text), { scrollIntoView: true });
      editor.focus();
    },
    statement: () => {
      const state = view.current?.state;
      if (state === undefined) return '';
      const { from, to } = state.selection.main;
      return from === to ? state.doc.toString() : state.sliceDoc(from, to);
    },
  }));

  return <div ref={host} style={{ height: '100%' }} />;
}

/** Completes names. Keywords are not offered: there are hundreds, and they would stand in the way of the names. */
function completeNames(namespace: SQLNamespace) {
  return PostgreSQL.language.data.of({ autocomplete: schemaCompletionSource({ dialect: PostgreSQL, schema: namespace }) });
}
