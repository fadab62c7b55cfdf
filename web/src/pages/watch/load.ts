/** What the watch page and the embedded player read from the server. */

import { api, request } from '../../api/client'
import { Problem } from '../../api/problem'
import { Privacy, type Caption, type Chapter, type ChapterList, type List, type Progress, type Rating, type RatingOf, type Storyboards, type Video, type VideoList, type VideoToken } from '../../api/types'
import { languageName } from '../../i18n/format'
import type { CaptionTrack } from '../../player/captions.svelte'
import type { Storyboard } from '../../player/storyboard'

/** What is watched. */
export type Film = Video

/** What stands around a film. */
export interface Around {
  chapters: Chapter[]
  storyboard: Storyboard | null
  captions: CaptionTrack[]
}

/** A film with all of it, or the question for its password. */
export type Loaded = { film: Film; around: Around; password: string | null } | { film: null; wrong: boolean }

/** Passwords given on this visit, by the id in the address. They are not written anywhere. */
const passwords = new Map<string, string>()

/** As bytes of UTF-8: a header refuses other letters than those of Latin-1. */
export const withPassword = (password: string | null): Record<string, string> =>
  password === null ? {} : { 'x-peertube-video-password': String.fromCharCode(...new TextEncoder().encode(password)) }

/** Without the file as it was sent, which many browsers cannot play. */
const made = (film: Film): Film => ({ ...film, files: film.files.filter((file) => !file.isSource) })

/** Reads a film. One with a password, without the right one, is a question and no error. */
export async function loadFilm(id: string, signal?: AbortSignal): Promise<Loaded> {
  const password = passwords.get(id) ?? null
  try {
    const path = `/videos/${encodeURIComponent(id)}`
    const headers = withPassword(password)
    const film = made(await request<Film>('GET', path, { headers, signal }))
    return { film, password, around: await loadAround(film, headers, signal) }
  } catch (error) {
    const asked = error instanceof Problem && (error.code === 'video_requires_password' || error.code === 'incorrect_video_password')
    if (!asked) throw error
    passwords.delete(id)
    return { film: null, wrong: error.code === 'incorrect_video_password' }
  }
}

/** Tries a password for the film of an address; `loadFilm` then uses it. */
export function givePassword(id: string, password: string): void {
  passwords.set(id, password)
}

/** Reads the film alone: for one that is still being encoded. */
export function readFilm(film: Film, password: string | null): Promise<Film> {
  return request<Film>('GET', `/videos/${film.uuid}`, { headers: withPassword(password) }).then(made)
}

/** What the reader, who is signed in, thinks of a film. */
export function readRating(film: Film): Promise<Rating> {
  return api.get<RatingOf>(`/users/me/videos/${film.uuid}/rating`).then((answer) => answer.rating)
}

/** Says what the reader thinks of a film, also when the page is left at once. */
export function rate(film: Film, password: string | null, rating: Rating): Promise<void> {
  return request('PUT', `/videos/${film.uuid}/rate`, { headers: withPassword(password), body: { rating }, keepalive: true })
}

/** Whether the bytes of a film need a token; what moderators hide is private to everybody else, whatever was chosen for it. */
export function isClosed(film: Film): boolean {
  return film.blacklisted || film.privacy.id === Privacy.private || film.privacy.id === Privacy.internal || film.privacy.id === Privacy.password
}

/** The token that opens the files of a closed film; null for an open one. */
export async function fileToken(film: Film, password: string | null): Promise<string | null> {
  if (!isClosed(film)) return null
  const answer = await request<VideoToken>('POST', `/videos/${film.uuid}/token`, { headers: withPassword(password) })
  return answer.files.token
}

/** What the server is doing with a film, for who may know; null for everybody else. */
export function readProgress(film: Film): Promise<Progress | null> {
  return api.get<Progress>(`/videos/${film.uuid}/progress`).catch(() => null)
}

/** The films to see next: those of the same group, then the newest. */
export async function loadNext(film: Film, most: number): Promise<VideoList['data']> {
  const group = film.channel.host === location.host ? film.channel.name : `${film.channel.name}@${film.channel.host}`
  const query = { sort: '-publishedAt', count: most + 1, skipCount: true }
  const [same, newest] = await Promise.all([
    api.get<VideoList>(`/video-channels/${encodeURIComponent(group)}/videos`, query).catch(() => null),
    api.get<VideoList>('/videos', query).catch(() => null),
  ])
  const seen = new Set([film.uuid])
  const all = [...(same?.data.slice(0, most - 2) ?? []), ...(newest?.data ?? []), ...(same?.data ?? [])]
  return all.filter((one) => !seen.has(one.uuid) && seen.add(one.uuid)).slice(0, most)
}

async function loadAround(film: Film, headers: Record<string, string>, signal?: AbortSignal): Promise<Around> {
  const get = <T>(part: string) => request<T>('GET', `/videos/${film.uuid}/${part}`, { headers, signal }).catch(() => null)
  const [chapters, boards, captions] = await Promise.all([
    get<ChapterList>('chapters'),
    get<Storyboards>('storyboards'),
    get<List<Caption>>('captions'),
  ])
  return {
    chapters: chapters?.chapters ?? [],
    storyboard: boards?.storyboards[0] ?? null,
    captions: (captions?.data ?? []).map((one) => ({
      language: one.language.id,
      label: languageName(one.language.id),
      src: one.captionPath,
    })),
  }
}
