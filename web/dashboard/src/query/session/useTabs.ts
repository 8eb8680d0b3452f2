import { useCallback, useEffect, useState } from 'react';

import { loadTabs, mostTabs, newTab, saveTabs, type OpenTabs, type QueryTab } from './tabs';

/** The open statements and which of them is shown; kept over a reload. */
export function useTabs() {
  const [open, setOpen] = useState(loadTabs);
  useEffect(() => saveTabs(open), [open]);

  const setText = useCallback((text: string) => {
    setOpen((before) => ({ ...before, tabs: before.tabs.map((tab) => (tab.id === before.activeId ? { ...tab, text } : tab)) }));
  }, []);

  const begin = useCallback((text: string) => {
    setOpen((before) => ({ ...before, tabs: before.tabs.map((tab) => (tab.text === undefined ? { ...tab, text } : tab)) }));
  }, []);

  const show = useCallback((text: string, from?: 'link') => {
    setOpen((before) => {
      const same = before.tabs.find((tab) => tab.text?.trim() === text.trim());
      if (same !== undefined) return { ...before, activeId: same.id };
      const next: QueryTab = { ...newTab(text), ...(from === 'link' ? { linked: true } : {}) };
      const active = before.tabs.find(({ id }) => id === before.activeId);
      // A tab without text is taken; a new id, so that the editor starts with the new text.
      const taken = active !== undefined && !active.text?.trim();
      if (taken) return { tabs: before.tabs.map((tab) => (tab.id === active.id ? next : tab)), activeId: next.id };
      return { tabs: [...before.tabs, next], activeId: next.id };
    });
  }, []);

  const openEmpty = useCallback(() => {
    setOpen((before) => {
      if (before.tabs.length >= mostTabs) return before;
      const tab = newTab('');
      return { tabs: [...before.tabs, tab], activeId: tab.id };
    });
  }, []);

  const select = useCallback((id: string) => setOpen((before) => ({ ...before, activeId: id })), []);

  const close = useCallback((id: string) => {
    setOpen((before): OpenTabs => {
      const index = before.tabs.findIndex((tab) => tab.id === id);
      const tabs = before.tabs.filter((tab) => tab.id !== id);
      const neighbour = tabs[Math.min(index, tabs.length - 1)];
      if (neighbour === undefined) {
        const empty = newTab('');
        return { tabs: [empty], activeId: empty.id };
      }
      return { tabs, activeId: before.activeId === id ? neighbour.id : before.activeId };
    });
  }, []);

  const seen = useCallback((id: string) => {
    setOpen((before) => ({ ...before, tabs: before.tabs.map((tab) => (tab.id === id ? { id: tab.id, text: tab.text } : tab)) }));
  }, []);

  return { ...open, setText, begin, open: show, openEmpty, select, close, seen };
}
