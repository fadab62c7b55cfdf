import { api } from '../../api/client'
import type { List, User } from '../../api/types'
import type { Where } from '../../router.svelte'

export const COUNT = 25
export interface Found {
  users: List<User>
}

export const SORTS = ['-createdAt', 'username', '-lastLoginDate', '-videoQuotaUsed', 'role'] as const

export async function load({ url, signal }: Where): Promise<Found> {
  const asked = (name: string) => url.searchParams.get(name)
  const page = Math.max(1, Number(asked('page')) || 1)
  const sort = SORTS.find((one) => one === asked('sort')) ?? SORTS[0]
  const query = { search: asked('search'), role: asked('role'), blocked: asked('blocked'), sort, start: (page - 1) * COUNT, count: COUNT }
  return { users: await api.get<List<User>>('/users', query, signal) }
}

const GB = 1e9

/** A quota as the form writes it: gigabytes, '' without limit. */
export function gigabytes(bytes: number): string {
  return bytes < 0 ? '' : String(Math.round(bytes / GB * 100) / 100)
}

/** Gigabytes, with a comma or a point, as bytes; -1 for none. */
export function bytes(written: string | number | null): number {
  const text = String(written ?? '').trim().replace(',', '.')
  const value = Number(text)
  return text === '' || !Number.isFinite(value) || value < 0 ? -1 : Math.round(value * GB)
}
