/** The qualities of a video and what each one costs the reader. */

/** A file as the API describes it; `size` in bytes. */
export interface VideoFile {
  id: number
  resolution: { id: number; label: string }
  size: number
  fps: number
  width?: number
  height?: number
  fileUrl: string
  fileDownloadUrl: string
  playlistUrl?: string | null
  /** The file as it was sent. */
  isSource?: boolean
  hasAudio?: boolean
  hasVideo?: boolean
}

/** What can be chosen: a resolution in lines, 0 for the sound alone, and the bytes an hour of it takes (null: unknown). */
export interface Rung {
  resolution: number
  label: string
  fps: number
  bytesPerHour: number | null
}

/** The reader's choice: `auto`, or a resolution (0: the sound alone). */
export type Quality = 'auto' | number

/** The qualities to show, the sharpest first, the sound alone last. */
export function rungs(files: readonly VideoFile[], duration: number): Rung[] {
  const seen = new Map<number, Rung>()
  for (const file of files) {
    if (seen.has(file.resolution.id)) continue
    const bytesPerHour = duration > 0 && file.size > 0 ? (file.size / duration) * 3600 : null
    seen.set(file.resolution.id, { resolution: file.resolution.id, label: file.resolution.label, fps: file.fps, bytesPerHour })
  }
  return [...seen.values()].sort((a, b) => b.resolution - a.resolution)
}

/** The rung under "for a small plan": the largest that stays under 500 MB an hour, if a larger one exists too. */
export function thriftyRung(all: readonly Rung[]): Rung | undefined {
  const pictures = all.filter((r) => r.resolution > 0)
  const cheap = pictures.find((r) => r.bytesPerHour !== null && r.bytesPerHour < 500_000_000)
  return cheap === pictures[0] ? undefined : cheap
}

/** The lines of a picture: its short side, so that a vertical film has the name people know. */
export function linesOf(width: number, height: number): number {
  return Math.min(width, height)
}

/** The level of a list (in pixels) that shows a resolution best: the same, else the nearest. */
export function levelFor(levels: readonly { width: number; height: number }[], resolution: number): number {
  let best = -1
  let distance = Infinity
  levels.forEach((level, index) => {
    const off = Math.abs(linesOf(level.width, level.height) - resolution)
    if (off < distance) [best, distance] = [index, off]
  })
  return best
}

/**
 * The playlist of one rendition. PeerTube's naming gives it from the file (`…-720-fragmented.mp4` has
 * `…-720.m3u8` beside it); newer servers say it.
 */
export function renditionPlaylist(file: VideoFile): string | null {
  if (file.playlistUrl) return file.playlistUrl
  const url = file.fileUrl.replace(/-fragmented\.(mp4|m4a)(?=$|\?)/, '.m3u8')
  return url === file.fileUrl ? null : url
}
