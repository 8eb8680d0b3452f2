/** Colours of series, told apart by lightness as well as by hue. */
export const colours = {
  light: ['#1d6f7a', '#c2571a', '#5b4ab5', '#9a7d00', '#a8326e', '#3f7d2c', '#3a6fc4', '#6b5344'],
  dark: ['#66b0b9', '#f0945a', '#a99cf0', '#d9bd4a', '#ec85b5', '#8ccf78', '#86b1f2', '#c0a592'],
} as const;
