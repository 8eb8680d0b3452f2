import { createTheme, type CSSVariablesResolver, type MantineColorsTuple } from '@mantine/core';

const petrol: MantineColorsTuple = [
  '#edf7f8',
  '#d9ecee',
  '#b3d8dc',
  '#8ac4ca',
  '#66b0b9',
  '#4a9fa9',
  '#338c97',
  '#267c87',
  '#1d6f7a',
  '#125a64',
];

/** Cool greys for the dark scheme: text first, page last. */
const dark: MantineColorsTuple = [
  '#d8dce1',
  '#b9c0c8',
  '#98a1ab',
  '#6f7883',
  '#3b424b',
  '#2d333b',
  '#22272d',
  '#181c21',
  '#121519',
  '#0c0e11',
];

const dialog = {
  defaultProps: { attributes: { header: { role: 'presentation' } } },
  styles: { title: { fontSize: '1rem', fontWeight: 600, lineHeight: 1.35, overflowWrap: 'anywhere' } },
};

export const theme = createTheme({
  primaryColor: 'petrol',
  primaryShade: { light: 8, dark: 8 },
  colors: { petrol, dark },
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", Arial, sans-serif',
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", "Liberation Mono", monospace',
  fontSizes: { xs: '0.75rem', sm: '0.8125rem', md: '0.875rem', lg: '1rem', xl: '1.125rem' },
  headings: {
    fontWeight: '600',
    sizes: {
      h1: { fontSize: '1.25rem', lineHeight: '1.3' },
      h2: { fontSize: '1rem', lineHeight: '1.4' },
      h3: { fontSize: '0.875rem', lineHeight: '1.4' },
    },
  },
  defaultRadius: 'sm',
  cursorType: 'pointer',
  focusRing: 'auto',
  respectReducedMotion: true,
  // Not by `Modal.extend()` and its kin: dialogs would be loaded with the first page, which has none.
  components: {
    Button: { styles: { label: { fontWeight: 500 } } },
    // Help below the input: inputs side by side line up, whether they have help or not.
    InputWrapper: { defaultProps: { inputWrapperOrder: ['label', 'input', 'error', 'description'] } },
    // A dialog's head is no banner of the page, though it is a header element.
    Modal: dialog,
    Drawer: dialog,
    Tooltip: { defaultProps: { openDelay: 400 } },
  },
});

/** Mantine's own dimmed, placeholder and error colours are too faint on white for small text (WCAG AA). */
export const cssVariablesResolver: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-text': '#1c2126',
    '--mantine-color-dimmed': '#59636e',
    '--mantine-color-placeholder': '#6b7580',
    '--mantine-color-error': '#c22929',
    '--app-surface': '#ffffff',
    '--app-sunken': '#f5f7f8',
    '--app-border': '#dfe3e7',
    '--app-border-faint': '#eceff1',
    '--app-hover': '#f0f4f5',
    '--app-selected': '#e0f0f2',
    '--app-accent': '#1d6f7a',
    '--app-good': '#237a3c',
    '--app-warn': '#8a5a00',
    '--app-bad': '#c22929',
  },
  dark: {
    '--mantine-color-text': '#d8dce1',
    '--mantine-color-dimmed': '#98a1ab',
    '--mantine-color-placeholder': '#828b96',
    '--mantine-color-error': '#ff8a8a',
    '--app-surface': '#181c21',
    '--app-sunken': '#121519',
    '--app-border': '#2d333b',
    '--app-border-faint': '#242a31',
    '--app-hover': '#20262c',
    '--app-selected': '#183238',
    '--app-accent': '#66b0b9',
    '--app-good': '#6cc286',
    '--app-warn': '#dcae57',
    '--app-bad': '#ff8a8a',
  },
});
