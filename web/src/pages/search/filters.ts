import type { Query } from '../../api/client'

export const SORTS = ['-match', '-publishedAt', '-views', 'duration'] as const
export const DURATIONS = { short: [null, 240], medium: [240, 1200], long: [1200, null] } as const
const DAYS = { today: 0, week: 7, month: 30, year: 365 } as const
export type DurationName = keyof typeof DURATIONS
export type DateName = keyof typeof DAYS
export const DATES = Object.keys(DAYS) as DateName[]

/** What else than videos is found. */
export const KINDS = ['groups', 'people', 'playlists'] as const
export type Kind = (typeof KINDS)[number]

/** The only kind that a search page is to show, when its address names one. */
export const kindOf = (params: URLSearchParams) => KINDS.find((kind) => kind === params.get('kind')) ?? null

/** The names of the filters in the page's address. */
export const FILTERS = ['category', 'language', 'licence', 'duration', 'date', 'tag'] as const

/** What `/search/videos` is asked for the address of a search page. */
export function query(params: URLSearchParams, now: Date): Query {
  const span = DURATIONS[params.get('duration') as DurationName] as readonly [number | null, number | null] | undefined
  return {
    search: params.get('search'),
    categoryOneOf: params.get('category'),
    languageOneOf: params.get('language'),
    licenceOneOf: params.get('licence'),
    tagsOneOf: params.get('tag')?.trim(),
    durationMin: span?.[0],
    durationMax: span?.[1],
    startDate: since(params.get('date'), now),
    sort: SORTS.find((sort) => sort === params.get('sort')) ?? (params.get('search') ? '-match' : '-publishedAt'),
  }
}

/** The filters that are set, without the words that are searched. */
export function chosen(params: URLSearchParams): string[] {
  return FILTERS.filter((name) => params.get(name))
}

function since(name: string | null, now: Date): string | undefined {
  if (!name || !(name in DAYS)) return undefined
  const start = new Date(now)
  start.setHours(0, 0, 0, 0)
  start.setDate(start.getDate() - DAYS[name as DateName])
  return start.toISOString()
}
