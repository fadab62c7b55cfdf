import { language, t } from './index.svelte'

const DAY = 86_400_000

/** The reader's own country's way of writing the interface's language, where the browser names one: `en-GB`, `fr-CH`. */
function locale(): string {
  const tag = language()
  const wanted = typeof navigator === 'undefined' ? [] : (navigator.languages ?? [])
  return wanted.find((one) => one.startsWith(`${tag}-`) && isKnown(one)) ?? tag
}

/** Some browsers name what is no language at all, as `fr-FR@posix`. */
function isKnown(tag: string): boolean {
  try {
    return Intl.NumberFormat.supportedLocalesOf(tag).length > 0
  } catch {
    return false
  }
}

/** "aujourd’hui", "hier", "mardi" within six days, else "12 déc."; the year only when it is another one. */
export function day(iso: string | Date, now: Date = new Date()): string {
  const date = new Date(iso)
  const days = Math.round((midnight(date) - midnight(now)) / DAY)
  // Safari 13 has no words for days.
  if (days > -2 && days < 2 && 'RelativeTimeFormat' in Intl) return new Intl.RelativeTimeFormat(locale(), { numeric: 'auto' }).format(days, 'day')
  if (days > -7 && days < 0) return new Intl.DateTimeFormat(locale(), { weekday: 'long' }).format(date)
  return new Intl.DateTimeFormat(locale(), {
    day: 'numeric',
    month: date.getFullYear() === now.getFullYear() ? 'long' : 'short',
    year: date.getFullYear() === now.getFullYear() ? undefined : 'numeric',
  }).format(date)
}

/** A date in full: "3 novembre 2026". */
export function date(iso: string | Date): string {
  return new Intl.DateTimeFormat(locale(), { dateStyle: 'long' }).format(new Date(iso))
}

/** A day and a time of day in full, for tooltips and lists of sessions. */
export function moment(iso: string | Date): string {
  return new Intl.DateTimeFormat(locale(), { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(iso))
}

/** `1:12:40`, for pictures. */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds))
  const two = (n: number) => String(n).padStart(2, '0')
  const hours = Math.floor(whole / 3600)
  const minutes = Math.floor((whole % 3600) / 60)
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`
}

/** "1 h 12", "14 min", "1 min 30 s", "40 s", for text. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds))
  if (whole < 60) return t('time.seconds', { n: whole })
  if (whole < 600 && whole % 60 > 0) return t('time.minutesSeconds', { minutes: Math.floor(whole / 60), seconds: whole % 60 })
  const minutes = Math.round(whole / 60)
  if (minutes < 60) return t('time.minutes', { n: minutes })
  const rest = minutes % 60
  return rest === 0
    ? t('time.hours', { n: Math.floor(minutes / 60) })
    : t('time.hoursMinutes', { hours: Math.floor(minutes / 60), minutes: String(rest).padStart(2, '0') })
}

/** Time left, rounded up: "moins d’une minute", "6 min", "environ une heure". */
export function timeLeft(seconds: number): string {
  if (seconds <= 60) return t('time.underMinute')
  const minutes = Math.ceil(seconds / 60)
  if (minutes < 50) return t('time.minutes', { n: minutes })
  if (minutes <= 75) return t('time.aboutHour')
  return t('time.aboutHours', { n: Math.max(2, Math.ceil(minutes / 60)) })
}

/** A size in Go, Mo or ko (GB, MB, kB), one decimal under 10. */
export function size(bytes: number): string {
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const
  let value = bytes
  let index = 0
  while (value >= 1000 && index < units.length - 1) {
    value /= 1000
    index += 1
  }
  const maximumFractionDigits = value < 10 && index > 1 ? 1 : 0
  try {
    return new Intl.NumberFormat(locale(), { style: 'unit', unit: units[index], unitDisplay: index === 0 ? 'long' : 'short', maximumFractionDigits }).format(value)
  } catch {
    // Safari before 14.1 writes no units.
    return `${new Intl.NumberFormat(locale(), { maximumFractionDigits }).format(value)} ${['', 'k', 'M', 'G', 'T'][index] ?? ''}${language() === 'fr' ? 'o' : 'B'}`
  }
}

export function number(value: number): string {
  return new Intl.NumberFormat(locale()).format(value)
}

/** A share between 0 and 1 as a whole percentage. */
export function percent(share: number): string {
  return new Intl.NumberFormat(locale(), { style: 'percent', maximumFractionDigits: 0 }).format(share)
}

/** A language's name in the reader's language. */
export function languageName(tag: string): string {
  try {
    const name = new Intl.DisplayNames([locale()], { type: 'language' }).of(tag)
    return name ?? tag
  } catch {
    return tag
  }
}

function midnight(date: Date): number {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime()
}
