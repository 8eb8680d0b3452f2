// Sets the colour scheme before the first paint. A file of its own, so that a Content-Security-Policy without inline scripts fits.
(() => {
  let choice = null;
  try {
    choice = localStorage.getItem('data-sources.color-scheme');
  } catch {
    // Storage is refused: the system's scheme is used.
  }
  const scheme =
    choice === 'light' || choice === 'dark' ? choice : matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
  document.documentElement.setAttribute('data-mantine-color-scheme', scheme);
})();
