import { useLocalStorage } from '@mantine/hooks';

export const shareLimits = { min: 0.15, max: 0.8 } as const;

/** The editor's share of the height that it divides with the results; kept from visit to visit. */
export function useEditorShare() {
  const [share, setShare] = useLocalStorage({
    key: 'data-sources.editor-share',
    defaultValue: 0.45,
    getInitialValueInEffect: false,
    deserialize: (text) => limited(Number(text)),
  });
  return [share, (next: number) => setShare(limited(next))] as const;
}

function limited(share: number): number {
  return Number.isFinite(share) ? Math.min(shareLimits.max, Math.max(shareLimits.min, share)) : 0.45;
}
