// Before anything is drawn: the colours that the reader chose in this browser.
try {
  var theme = localStorage.getItem('kiosque.theme')
  if (theme === 'light' || theme === 'dark') document.documentElement.setAttribute('data-theme', theme)
} catch {
  // A browser that keeps nothing follows the system.
}
