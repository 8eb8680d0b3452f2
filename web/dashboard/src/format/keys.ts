const isMac = /Mac|iPhone|iPad/.test(navigator.userAgent);

/** The key that commands are given with: as it is printed, and as ARIA names it. */
export const modifierKey = isMac ? { label: '⌘', aria: 'Meta' } : { label: 'Ctrl', aria: 'Control' };
