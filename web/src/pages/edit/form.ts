import type { Chapter, Video } from '../../api/types'
import { clock } from '../../i18n/format'

/** The video as the form holds it: text, and '' for what is not said. */
export interface Form {
  name: string
  /** Number of the group that it belongs to. */
  group: number
  description: string
  tags: string
  category: string
  licence: string
  language: string
  privacy: string
  passwords: string
  /** Publish by itself at `laterAt` (local time, as `datetime-local` writes it) for `laterFor`. */
  later: boolean
  laterAt: string
  laterFor: string
  date: string
  nsfw: boolean
  violent: boolean
  explicit: boolean
  nsfwSummary: string
  downloadEnabled: boolean
  commentsPolicy: string
  chapters: { at: string; title: string }[]
}

export function toForm(video: Video, chapters: Chapter[], passwords: string[]): Form {
  return {
    name: video.name,
    group: video.channel.id,
    description: video.description ?? '',
    tags: video.tags.join(', '),
    category: text(video.category.id),
    licence: text(video.licence.id),
    language: text(video.language.id),
    privacy: String(video.privacy.id),
    passwords: passwords.join('\n'),
    later: Boolean(video.scheduledUpdate),
    laterAt: video.scheduledUpdate ? local(new Date(video.scheduledUpdate.updateAt)) : '',
    laterFor: text(video.scheduledUpdate?.privacy ?? 1),
    date: video.originallyPublishedAt?.slice(0, 10) ?? '',
    nsfw: video.nsfw,
    violent: (video.nsfwFlags & 1) !== 0,
    explicit: (video.nsfwFlags & 2) !== 0,
    nsfwSummary: video.nsfwSummary ?? '',
    downloadEnabled: video.downloadEnabled,
    commentsPolicy: String(video.commentsPolicy.id),
    chapters: chapters.map(({ timecode, title }) => ({ at: clock(timecode), title })),
  }
}

/** The body of `PUT /videos/{id}`. */
export function toBody(form: Form): Record<string, unknown> {
  return {
    name: form.name.trim(),
    channelId: form.group,
    description: form.description.trim() || null,
    tags: tags(form.tags),
    category: form.category ? Number(form.category) : null,
    licence: form.licence ? Number(form.licence) : null,
    language: form.language || null,
    privacy: Number(form.privacy),
    scheduleUpdate: form.privacy === '3' && form.later ? { updateAt: new Date(form.laterAt).toISOString(), privacy: Number(form.laterFor) } : null,
    ...(form.privacy === '5' && { videoPasswords: lines(form.passwords) }),
    originallyPublishedAt: form.date ? new Date(`${form.date}T12:00:00Z`).toISOString() : null,
    nsfw: form.nsfw,
    nsfwFlags: form.nsfw ? Number(form.violent) + 2 * Number(form.explicit) : 0,
    nsfwSummary: (form.nsfw && form.nsfwSummary.trim()) || null,
    downloadEnabled: form.downloadEnabled,
    commentsPolicy: Number(form.commentsPolicy),
  }
}

/** The chapters in the order of the film; null when one is not well written. Empty lines are left out. */
export function toChapters(form: Form, duration: number): Chapter[] | null {
  const written = form.chapters.filter((one) => one.at.trim() || one.title.trim())
  const chapters = written.map((one) => ({ timecode: seconds(one.at), title: one.title.trim() }))
  const times = new Set(chapters.map((one) => one.timecode))
  if (times.size < chapters.length) return null
  if (chapters.some((one) => one.timecode < 0 || (duration > 0 && one.timecode >= duration) || !one.title)) return null
  return chapters.sort((a, b) => a.timecode - b.timecode)
}

/** The fields that cannot be saved as they are. */
export function faults(form: Form, duration: number, now = new Date()): ('name' | 'tags' | 'passwords' | 'later' | 'chapters')[] {
  const length = [...form.name.trim()].length
  const all = tags(form.tags)
  return [
    ...(length < 3 || length > 120 ? (['name'] as const) : []),
    ...(all.length > 5 || all.some((tag) => [...tag].length < 2 || [...tag].length > 30) ? (['tags'] as const) : []),
    ...(form.privacy === '5' && (lines(form.passwords).length === 0 || lines(form.passwords).some((one) => one.length < 2)) ? (['passwords'] as const) : []),
    ...(form.privacy === '3' && form.later && !(new Date(form.laterAt) > now) ? (['later'] as const) : []),
    ...(toChapters(form, duration) === null ? (['chapters'] as const) : []),
  ]
}

/** A moment as `datetime-local` writes it, in the reader's own time. */
export function local(moment: Date): string {
  return new Date(moment.getTime() - moment.getTimezoneOffset() * 60_000).toISOString().slice(0, 16)
}

/** `1:25` or `1:02:25` in seconds; -1 when it is neither. */
export function seconds(written: string): number {
  const found = /^(?:(\d+):)?(\d{1,2}):(\d{2})$/.exec(written.trim())
  if (!found) return -1
  return Number(found[1] ?? 0) * 3600 + Number(found[2]) * 60 + Number(found[3])
}

export function tags(written: string): string[] {
  return [...new Set(written.split(',').map((tag) => tag.trim().replace(/^#/, '')).filter(Boolean))]
}

function lines(written: string): string[] {
  return written.split('\n').map((line) => line.trim()).filter(Boolean)
}

function text(id: number | string | null): string {
  return id === null ? '' : String(id)
}
