import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { EditorView } from '@codemirror/view';
import { tags } from '@lezer/highlight';

/** Colours follow the page's scheme by themselves: `light-dark()` reads it from the root element. */
const highlight = HighlightStyle.define([
  { tag: tags.keyword, color: 'light-dark(#1d5fa8, #7db4f0)' },
  { tag: [tags.string, tags.special(tags.string)], color: 'light-dark(#237a3c, #8bcf9f)' },
  { tag: [tags.number, tags.bool, tags.null], color: 'light-dark(#9a4a00, #e5b074)' },
  { tag: [tags.lineComment, tags.blockComment], color: 'var(--mantine-color-dimmed)', fontStyle: 'italic' },
  { tag: [tags.typeName, tags.standard(tags.name)], color: 'light-dark(#6b3fa0, #c3a6ec)' },
  { tag: [tags.operator, tags.punctuation], color: 'light-dark(#4a535d, #a9b2bc)' },
]);

const look = EditorView.theme({
  '&': { height: '100%', fontSize: '0.8125rem', backgroundColor: 'transparent' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { fontFamily: 'var(--mantine-font-family-monospace)', lineHeight: '1.55' },
  '.cm-content': { padding: '0.5rem 0', caretColor: 'var(--mantine-color-text)' },
  '.cm-line': { padding: '0 0.75rem 0 0.375rem' },
  '.cm-gutters': { backgroundColor: 'transparent', color: 'var(--mantine-color-dimmed)', border: 'none' },
  '.cm-lineNumbers .cm-gutterElement': { minWidth: '2.5rem', padding: '0 0.5rem 0 0.5rem' },
  '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: 'transparent' },
  '&.cm-focused .cm-activeLine': { backgroundColor: 'light-dark(#f4f7f8, #1d2228)' },
  '&.cm-focused .cm-activeLineGutter': { color: 'var(--mantine-color-text)' },
  '.cm-cursor': { borderLeftColor: 'var(--mantine-color-text)' },
  '.cm-placeholder': { color: 'var(--mantine-color-placeholder)' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': {
    backgroundColor: 'light-dark(#c9e4e8, #24505a) !important',
  },
  '&.cm-focused .cm-matchingBracket': { backgroundColor: 'light-dark(#d9ecee, #24424a)' },
  '.cm-tooltip': {
    border: '1px solid var(--app-border)',
    borderRadius: 'var(--mantine-radius-sm)',
    backgroundColor: 'var(--app-surface)',
    overflow: 'hidden',
  },
  '.cm-tooltip.cm-tooltip-autocomplete > ul': { fontFamily: 'var(--mantine-font-family-monospace)' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]': {
    backgroundColor: 'var(--app-selected)',
    color: 'var(--mantine-color-text)',
  },
  '.cm-completionDetail': { color: 'var(--mantine-color-dimmed)', fontStyle: 'normal' },
});

export const editorTheme = [look, syntaxHighlighting(highlight)];
