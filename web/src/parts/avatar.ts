const SMALL = new Set(['de', 'du', 'des', 'la', 'le', 'les', 'l', 'd', 'et', 'à', 'au', 'aux', 'of', 'the', 'and', 'a', 'an'])

/** One or two letters that stand for a name: those of its first two words that mean something. */
export function initials(name: string): string {
  const words = name.match(/[\p{L}\p{N}]+/gu) ?? []
  const heavy = words.filter((word) => !SMALL.has(word.toLowerCase()))
  return (heavy.length > 0 ? heavy : words)
    .slice(0, 2)
    .map((word) => [...word][0]?.toUpperCase())
    .join('')
}

/** 1 to 6: the colour of a name's emblem, the same everywhere and for ever. */
export function hue(name: string): number {
  let hash = 7
  for (const char of name) hash = (hash * 31 + (char.codePointAt(0) ?? 0)) >>> 0
  return (hash % 6) + 1
}
