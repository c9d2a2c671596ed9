/** Runs before the first paint, so that a chosen theme never flashes. */
try {
  const chosen = localStorage.getItem('belfry.theme')
  if (chosen === 'dark' || chosen === 'light') document.documentElement.dataset['theme'] = chosen
} catch {
  // A browser that keeps nothing follows the system's preference.
}
