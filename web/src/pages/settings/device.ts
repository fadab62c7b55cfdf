const BROWSERS: [RegExp, string][] = [
  [/\b(?:Edg|EdgA|EdgiOS)\//, 'Edge'],
  [/\b(?:OPR|Opera)\//, 'Opera'],
  [/\bSamsungBrowser\//, 'Samsung Internet'],
  [/\b(?:Firefox|FxiOS)\//, 'Firefox'],
  [/\b(?:Headless)?(?:Chrome|Chromium|CriOS)\//, 'Chrome'],
  [/\bVersion\/[\d.]+.*\bSafari\//, 'Safari'],
]
const SYSTEMS: [RegExp, string][] = [
  [/\b(?:iPhone|iPod)\b/, 'iPhone'],
  [/\biPad\b/, 'iPad'],
  [/\bAndroid\b/, 'Android'],
  [/\bWindows\b/, 'Windows'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\bMac ?OS\b|\bMacintosh\b/, 'macOS'],
  [/\bLinux\b|\bX11\b/, 'Linux'],
]

/** What a `User-Agent` says of itself, as far as people know it; an application that is no browser keeps its first word. */
export function device(agent: string): { browser: string; system: string | null } {
  const found = (list: [RegExp, string][]) => list.find(([pattern]) => pattern.test(agent))?.[1]
  const system = found(SYSTEMS) ?? null
  const browser = /^Mozilla\//.test(agent) ? found(BROWSERS) : undefined
  return { browser: browser ?? agent.split(/[\s/(]/, 1)[0] ?? agent, system }
}
