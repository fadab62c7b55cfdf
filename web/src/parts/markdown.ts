/** A piece of a line. */
export type Inline = { kind: 'text' | 'strong' | 'em' | 'code'; text: string } | { kind: 'link'; text: string; href: string }
export type Block = { kind: 'paragraph' | 'heading' | 'quote'; lines: Inline[][] } | { kind: 'list'; ordered: boolean; items: Inline[][] }

const INLINE =
  /\*\*(?<strong>[^*\n]+)\*\*|__(?<strong2>[^_\n]+)__|\*(?<em>[^*\s][^*\n]*)\*|_(?<em2>[^_\s][^_\n]*)_(?![\p{L}\p{N}])|`(?<code>[^`\n]+)`|\[(?<label>[^\]\n]+)\]\((?<target>[^)\s]+)\)|(?<bare>https?:\/\/[^\s<>]*[^\s<>.,;:!?)\]»"'])/gu

/**
 * The Markdown that people write under a video: paragraphs, lists, headings, quotes, strong, emphasis,
 * code, links and bare addresses. Never HTML: what is not understood stays text.
 */
export function blocks(source: string): Block[] {
  const out: Block[] = []
  for (const chunk of source.replace(/\r\n?/g, '\n').split(/\n{2,}/)) {
    let lines: string[] = []
    const flush = () => {
      if (lines.length > 0) out.push({ kind: 'paragraph', lines: lines.map(inline) })
      lines = []
    }
    for (const line of chunk.split('\n')) {
      const item = /^\s*(?:[-*+]|(\d+)[.)])\s+(.+)$/.exec(line)
      const heading = /^#{1,6}\s+(.+?)\s*#*$/.exec(line)
      const quote = /^>\s?(.*)$/.exec(line)
      if (item?.[2]) {
        flush()
        const last = out.at(-1)
        const ordered = item[1] !== undefined
        if (last?.kind === 'list' && last.ordered === ordered) last.items.push(inline(item[2]))
        else out.push({ kind: 'list', ordered, items: [inline(item[2])] })
      } else if (heading?.[1]) {
        flush()
        out.push({ kind: 'heading', lines: [inline(heading[1])] })
      } else if (quote) {
        flush()
        const last = out.at(-1)
        if (last?.kind === 'quote') last.lines.push(inline(quote[1] ?? ''))
        else out.push({ kind: 'quote', lines: [inline(quote[1] ?? '')] })
      } else if (line.trim()) lines.push(line.trim())
    }
    flush()
  }
  return out
}

export function inline(line: string): Inline[] {
  const out: Inline[] = []
  let at = 0
  INLINE.lastIndex = 0
  for (let found = INLINE.exec(line); found; found = INLINE.exec(line)) {
    const { strong, strong2, em, em2, code, label, target, bare } = found.groups ?? {}
    // A star or line inside a word is one. Looked at here: old Safari knows no lookbehind.
    if ((em ?? em2) && /[\p{L}\p{N}*_]$/u.test(line.slice(0, found.index))) {
      INLINE.lastIndex = found.index + 1
      continue
    }
    if (found.index > at) out.push({ kind: 'text', text: line.slice(at, found.index) })
    at = found.index + found[0].length
    if (strong ?? strong2) out.push({ kind: 'strong', text: (strong ?? strong2) as string })
    else if (em ?? em2) out.push({ kind: 'em', text: (em ?? em2) as string })
    else if (code) out.push({ kind: 'code', text: code })
    else if (label && target && /^(https?:\/\/|mailto:|\/(?!\/))/i.test(target)) out.push({ kind: 'link', text: label, href: target })
    else if (bare) out.push({ kind: 'link', text: bare, href: bare })
    else out.push({ kind: 'text', text: found[0] })
  }
  if (at < line.length) out.push({ kind: 'text', text: line.slice(at) })
  return out
}

/** A handle of somebody: `name`, with `@host` behind it for those of other kiosks. */
export type Handle = string

/** Makes `@name` a link to the page of `name`, for those whom a text speaks to. */
export function speaking(line: Inline[], people: readonly Handle[]): Inline[] {
  if (people.length === 0) return line
  return line.flatMap((piece) => {
    if (piece.kind !== 'text') return [piece]
    const out: Inline[] = []
    let at = 0
    for (const found of piece.text.matchAll(/(^|[^\p{L}\p{N}@/_.])@([\w.]*\w)(?:@([\w.:-]*\w))?/gu)) {
      const [whole, before, name, host] = found as unknown as [string, string, string, string | undefined]
      const written = (host ? `${name}@${host}` : name).toLowerCase()
      const handle = people.find((one) => one === written)
      if (!handle) continue
      const begin = found.index + before.length
      if (begin > at) out.push({ kind: 'text', text: piece.text.slice(at, begin) })
      at = found.index + whole.length
      out.push({ kind: 'link', text: piece.text.slice(begin, at), href: `/a/${handle}` })
    }
    if (at < piece.text.length) out.push({ kind: 'text', text: piece.text.slice(at) })
    return out
  })
}

/** What the first line says, for where there is room for no more. */
export function firstLine(source: string): string {
  const block = blocks(source)[0]
  const line = block?.kind === 'list' ? block.items[0] : block?.lines[0]
  return (line ?? []).map((one) => one.text).join('')
}
